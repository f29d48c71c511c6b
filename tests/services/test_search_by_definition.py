"""Whatever is asked, both databases find the same: what the definition of a search says, word by word."""

import random

from app.services import queries, search
from app.services.found_words import is_one_letter_away
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.selection import Selection
from app.services.suggesting.wording import stem

WORDS = (
    "яма", "ямы", "ямами", "фонарь", "фонари", "фонарей", "школа", "школы", "школьный", "двор", "дворник",
    "дворы", "вода", "воды", "водитель", "дом", "дома", "15", "17", "4217", "лёд", "льда", "лист", "листва",
    "лифт", "улица", "улице", "мира", "садовая", "садовой", "петрова", "кошка", "ab12", "wifi", "подъезд",
    "подъезде",
)  # fmt: skip
NAMES = ["", "", "Анна Петрова", "Пётр Кошкин", "Садовая", "Мир Мира"]
LETTERS = "абвеиклмнорстя"
CASES, QUERIES = 60, 120


def made_up(chance):
    """Messages of few words, so that queries meet and miss them alike."""
    return [
        Incoming(
            " ".join(chance.choices(WORDS, k=chance.randint(1, 5))) + f" {chance.randint(1, 10**6)}",
            "vk",
            author_name=chance.choice(NAMES),
            place=chance.choice(["", "", "ул. Мира, 17", "Школьная"]),
        )
        for _ in range(CASES)
    ]


def asked(chance, numbers):
    """One to three words as people type them: whole, unfinished, misspelt, a name or a number."""
    typed = []
    for _ in range(chance.randint(1, 3)):
        word = chance.choice([*WORDS, "петров", "кошкин", chance.choice(numbers)])
        at = chance.randrange(len(word))
        typed.append(
            chance.choice(
                [
                    word,
                    word.upper(),
                    word[: max(2, at)],
                    word[:at] + chance.choice(LETTERS) + word[at + 1 :],
                    word[:at] + word[at + 1 :],
                    word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
                ]
            )
        )
    return " ".join(typed)


class Entry:
    """What a case is found by."""

    def __init__(self, row, message):
        self.id = row.id
        self.stems = {stem(word) for word in search._WORD.findall(f"{message.folded} {search.fold(message.place)}")}
        self.names = set(search._WORD.findall(search.fold(message.author_name)))
        self.numbers = set(search._marks(row.number))

    def holds(self, pieces, says):
        return all(piece.number in self.numbers or all(says(self, word, piece) for word in piece.words)
                   for piece in pieces)  # fmt: skip


def named(entry, word, _piece):
    return word in entry.names


def said(entry, word, piece):
    begun = piece.open and any(one.startswith(word) for one in entry.stems | entry.names)
    return begun or word in entry.names or stem(word) in entry.stems


def nearly(entry, word, _piece):
    wanted = stem(word)
    if len(wanted) < 4 or any(sign.isdigit() for sign in wanted):
        return word in entry.names or wanted in entry.stems
    return word in entry.names or any(is_one_letter_away(one, wanted) for one in entry.stems)


def by_definition(entries, pieces):
    exact = [entry.id for entry in entries if entry.holds(pieces, named)]
    words = [entry.id for entry in entries if entry.id not in exact and entry.holds(pieces, said)]
    near = [] if exact or words else [entry.id for entry in entries if entry.holds(pieces, nearly)]
    return [(one, rank) for rank, ids in enumerate((exact, words, near)) for one in ids]


async def test_a_search_finds_what_its_definition_says(desk):
    chance = random.Random(46)
    messages = made_up(chance)
    made = await register(desk.curator, messages)
    read = await queries.list_queue(desk.curator, Selection("stream"), limit=len(messages))
    rows = {row.id: row for row in read}
    newest_first = sorted(zip(made.case_ids, messages, strict=True), reverse=True, key=lambda pair: pair[0])
    entries = [Entry(rows[case_id], message) for case_id, message in newest_first]
    numbers = [part for row in rows.values() for part in (row.number, row.number[-6:])]

    ranks = set()
    for _ in range(QUERIES):
        query = asked(chance, numbers)
        if not (pieces := search.pieces_of(query)):
            continue
        found = await queries.list_queue(desk.curator, Selection(queries.EVERYWHERE, query))
        expected = by_definition(entries, pieces)
        assert [(row.id, row.rank) for row in found] == expected, query
        ranks |= {rank for _, rank in expected}
    assert ranks == {search.EXACT, search.WORDS, search.NEAR}
