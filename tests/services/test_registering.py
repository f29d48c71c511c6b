"""Taking messages in: what is known already, what is refused, and numbers that never repeat."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import State
from app.services import attachments, case_link
from app.services.file_reading import read_file
from app.services.incoming import Incoming
from app.services.registering import BATCH, TEXT_LIMIT, enter, register
from app.services.verifying import verify
from tests.helpers.staffed import START
from tests.helpers.statements import counted

PLAIN = Incoming("Яма на Щигровской", "vk")


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        (PLAIN, PLAIN, True),
        (PLAIN, replace(PLAIN, text="  яма на   щигровской\n"), True),
        (PLAIN, replace(PLAIN, text="Яма на Щигровской!"), False),
        (PLAIN, replace(PLAIN, source_code="ok"), False),
        (replace(PLAIN, author_name="А"), replace(PLAIN, author_name="Б"), False),
        (replace(PLAIN, key="17"), replace(PLAIN, key="17", text="исправлено"), True),
        (replace(PLAIN, key="17"), replace(PLAIN, key="18"), False),
        (replace(PLAIN, key="1" * 100 + "7"), replace(PLAIN, key="1" * 100 + "8"), False),
        (replace(PLAIN, link="https://vk.com/1"), replace(PLAIN, link="https://vk.com/1 "), True),
        (replace(PLAIN, link="https://vk.com/1"), replace(PLAIN, link="https://vk.com/1", text="иначе"), False),
        (replace(PLAIN, link="https://vk.com/1"), replace(PLAIN, link="https://vk.com/2"), False),
    ],
)
async def test_a_message_is_known_by_number_else_link_else_content(desk, first, second, known):
    await register(desk.curator, [first])

    again = await register(desk.curator, [second])

    assert (again.known, len(again.case_ids)) == (([0], 0) if known else ([], 1))


async def test_a_file_taken_in_twice_makes_nothing_new(desk):
    messages = [Incoming(f"Сообщение {number}", "vk") for number in range(40)]
    twice = await register(desk.curator, messages + messages[:3])
    again = await register(desk.curator, messages)

    assert (len(twice.case_ids), twice.known) == (40, [40, 41, 42])
    assert (again.case_ids, again.known) == ([], list(range(40)))


async def test_a_batch_keeps_its_order_its_authors_and_numbers(desk):
    messages = [
        Incoming(f"Сообщение {number}", "vk", author_name=f"Автор {number}" if number % 3 else "")
        for number in range(BATCH)
    ]
    found = await register(desk.curator, messages)

    assert found.case_ids == sorted(found.case_ids)
    for index in (0, 1, 250, BATCH - 1):
        card = await desk.card(found.case_ids[index])
        assert (card.number, card.messages[0].text) == (f"46-2026-{index + 1:06d}", f"Сообщение {index}")
        assert card.messages[0].author == (f"Автор {index}" if index % 3 else "")
    report = await verify(desk.database)
    assert (report.cases, report.findings) == (BATCH, [])


async def test_desks_at_the_same_time_get_different_numbers(desk):
    batches = [[Incoming(f"{name} {number}", "vk") for number in range(5)] for name in ("а", "б", "в", "г")]

    found = await asyncio.gather(*(register(desk.curator, batch) for batch in batches))

    ids = [case_id for batch in found for case_id in batch.case_ids]
    numbers = [(await desk.card(case_id)).number for case_id in ids]
    assert sorted(numbers) == [f"46-2026-{number:06d}" for number in range(1, 21)]
    assert all(re.fullmatch(r"46-2026-\d{6}", number) for number in numbers)


async def test_desks_that_take_in_the_same_messages_at_once_double_none(desk):
    messages = [Incoming(f"Сообщение {number}", "vk") for number in range(20)]

    found = await asyncio.gather(*(register(desk.curator, messages) for _ in range(3)))

    assert sorted(len(batch.case_ids) for batch in found) == [0, 0, 20]
    assert sorted(len(batch.known) for batch in found) == [0, 20, 20]


async def test_the_number_names_the_year_of_the_region_not_of_greenwich(desk):
    desk.clock.move(days=213, hours=15)  # 31 December 22:00 UTC is the new year in Kursk
    assert desk.clock.now().isoformat() == "2026-12-31T22:00:00+00:00"
    card = await desk.card(await desk.entered())

    assert card.number == "46-2027-000001"


async def test_a_message_entered_by_hand_is_detected_at_once(desk):
    card = await desk.card(await desk.entered())

    assert (card.state, card.detected_at, card.curator) == (State.INBOX, START, "Соколова")
    with pytest.raises(Refused, match="message_known") as caught:
        await desk.entered()
    assert caught.value.refusal.params == {"number": card.number}


async def test_an_export_that_says_when_lands_in_the_inbox_with_that_time(desk):
    detected = (START - timedelta(hours=3)).astimezone(ZoneInfo("Asia/Kamchatka"))
    found = await register(desk.curator, [replace(PLAIN, detected_at=detected)])

    card = await desk.card(found.case_ids[0])
    assert (card.state, card.detected_at, card.collected_at) == (State.INBOX, detected, START)
    assert card.history[0].occurred_at == detected
    assert (await verify(desk.database)).findings == []


BAD = [
    (replace(PLAIN, text=" \n"), "text_empty"),
    (replace(PLAIN, text="я" * 1_000_000), "text_too_long"),
    (replace(PLAIN, posted_at=START + timedelta(hours=1)), "from_the_future"),
    (replace(PLAIN, detected_at=START + timedelta(hours=1)), "from_the_future"),
    (replace(PLAIN, posted_at=START.replace(tzinfo=None)), "moment_without_zone"),
]


@pytest.mark.parametrize(("message", "code"), BAD)
async def test_a_bad_message_is_refused_by_hand(desk, message, code):
    with pytest.raises(Refused, match=code):
        await enter(desk.curator, message)


async def test_bad_rows_of_a_batch_are_named_and_the_good_ones_are_kept(desk):
    found = await register(desk.curator, [message for message, _ in BAD] + [PLAIN])

    assert [(index, refused.code) for index, refused in found.refused] == list(enumerate(code for _, code in BAD))
    assert len(found.case_ids) == 1


@pytest.mark.parametrize("text", ["👍👍👍", "я" * TEXT_LIMIT, "ноль\0внутри", "строка\r\nи \u202eещё"])
async def test_odd_texts_are_kept_as_written(desk, text):
    card = await desk.card(await desk.entered(text))

    assert card.messages[0].text == text.replace("\0", "")
    assert (await verify(desk.database)).findings == []


async def test_a_source_that_the_region_does_not_list_is_another_source(desk):
    card = await desk.card(await desk.entered("Яма"))
    other = await register(desk.curator, [Incoming("Яма", "mastodon")])

    assert card.messages[0].source == "ВКонтакте"
    card = await desk.card(other.case_ids[0])
    assert (card.messages[0].source_code, card.messages[0].in_act) == ("other", False)


@pytest.mark.parametrize("who", ["executor", "chief", "wall"])
async def test_only_curators_take_messages_in(desk, who):
    with pytest.raises(Refused, match="role_may_not"):
        await register(getattr(desk, who), [PLAIN])


@pytest.mark.program
async def test_a_full_batch_takes_as_many_statements_as_one_message(desk):
    messages = [Incoming(f"Сообщение {number}", "vk", author_name=f"Автор {number}") for number in range(BATCH)]

    with counted(desk.database) as statements:
        await register(desk.curator, messages, detect_now=True)

    # one of them asks whether this program may still write there, one for messages that were forgotten
    assert 0 < len(statements) <= 14, statements


async def test_a_known_link_with_other_words_is_asked_about_and_entered_as_another_message(desk):
    first = Incoming("Яма у дома 5", "vk", link="https://vk.com/wall-1_2")
    other = replace(first, text="И у дома 7 яма")
    case_id = await enter(desk.curator, first)
    number = (await desk.card(case_id)).number
    with pytest.raises(Refused, match="message_known"):
        await enter(desk.curator, first)
    with pytest.raises(Refused, match="link_known") as asked:
        await enter(desk.curator, other)
    assert asked.value.refusal.params == {"number": number}

    assert await enter(desk.curator, replace(other, is_another=True)) != case_id
    with pytest.raises(Refused, match="message_known"):
        await enter(desk.curator, other)


async def test_a_comment_is_known_by_its_link_however_it_is_written_and_whoever_tells_it(desk):
    said = [
        Incoming("Яма", "vk", key="incident_management:5", link="https://vk.com/wall-7_8?reply=9"),
        Incoming("Яма!", "vk", key="content:abc", link="https://m.vk.com/feed?w=wall-7_8_r9"),
        Incoming("И у нас", "vk", key="content:def", link="https://vk.ru/wall-7_8?reply=10&thread=9"),
        Incoming("Пост", "vk", link="https://vk.com/wall-7_8", post_kind="post"),
        Incoming("Под постом", "vk", link="https://vk.com/wall-7_8"),
        Incoming("Пост снова", "vk", key="content:jkl", link="https://vk.ru/wall-7_8", post_kind="post"),
    ]

    found = await register(desk.curator, said)

    assert found.known == [1, 5]
    assert await case_link.find_by_link(desk.curator, "vk.com/feed?w=wall-7_8_r10") == found.case_ids[1]
    with pytest.raises(Refused, match="message_known"):
        await enter(desk.curator, Incoming("Иначе", "vk", link="https://vk.com/wall-7_8?reply=9", is_another=True))


async def test_a_message_entered_with_a_picture_keeps_it(desk, tmp_path):
    source = tmp_path / "яма.png"
    source.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 5000)
    file = attachments.take_in(source, tmp_path / "kept", 1_000_000)
    case_id = await enter(desk.curator, Incoming("Яма", "vk"), [file])

    [kept] = (await desk.card(case_id)).messages[0].attachments
    assert (kept.name, await read_file(desk.curator, kept.uuid)) == ("яма.png", source.read_bytes())
    assert (await verify(desk.database)).findings == []
