"""The calculator as lawyers use it: both acts, hand-computed, and what it says to bad input."""

import json
import subprocess
import sys

import pytest

from app.cli import main
from app.resources import resource

MSK, KUZBASS = "+03:00", "+07:00"

# options → {clock: due in the region's time}. 2026: Friday 24 April; 30 April and 8 May end at 17:00; 1 and 11 May off.
KURSK = [
    ("--detected 2026-04-24T17:50", {"route": "2026-04-24T18:20", "answer": "2026-04-27T17:50"}),
    ("--detected 2026-04-24T17:50 --plain-hours working", {"route": "2026-04-27T09:20", "answer": "2026-04-27T17:50"}),
    ("--detected 2026-04-28T14:00", {"route": "2026-04-28T14:30", "answer": "2026-04-29T13:00"}),
    ("--detected 2026-04-28T14:00 --boundary next", {"route": "2026-04-28T14:30", "answer": "2026-04-29T14:00"}),
    ("--detected 2026-04-28T09:00 --importance high", {"route": "2026-04-28T09:30", "answer": "2026-04-28T13:00"}),
    ("--detected 2026-04-28T13:30 --importance high", {"route": "2026-04-28T14:00", "answer": "2026-04-28T18:00"}),
    ("--detected 2026-04-30T15:20", {"route": "2026-04-30T15:50", "answer": "2026-05-04T16:20"}),
    ("--detected 2026-04-30T15:20 --importance high", {"route": "2026-04-30T15:50", "answer": "2026-05-04T11:20"}),
    ("--detected 2026-05-08T16:00", {"route": "2026-05-08T16:30", "answer": "2026-05-12T17:00"}),
    ("--detected 2026-05-09T12:00", {"route": "2026-05-09T12:30", "answer": "2026-05-12T18:00"}),
    ("--detected 2026-04-28T07:00Z", {"route": "2026-04-28T10:30", "answer": "2026-04-29T10:00"}),
    (
        "--detected 2026-04-24T09:30 --received 2026-04-24T10:00",
        {
            "route": "2026-04-24T10:00",
            "return": "2026-04-24T10:30",
            "answer": "2026-04-27T09:30",
            "draft": "2026-04-27T08:30",
        },
    ),
    (
        "--detected 2026-04-24T09:30 --received 2026-04-24T10:00 --plain-hours working",
        {
            "route": "2026-04-24T10:00",
            "return": "2026-04-24T10:30",
            "answer": "2026-04-27T09:30",
            "draft": "2026-04-24T17:30",
        },
    ),
    ("--leg-received 2026-04-28T17:30", {"return": "2026-04-28T18:00", "link": "2026-04-28T19:30"}),
    (
        "--detected 2026-04-28T10:00 --leg-received 2026-04-28T11:00 --last-leg",
        {
            "route": "2026-04-28T10:30",
            "return": "2026-04-28T11:30",
            "answer": "2026-04-29T10:00",
            "draft": "2026-04-29T09:00",
            "link": "2026-04-28T13:00",
        },
    ),
    ("--returned 2026-04-28T17:50", {"reroute": "2026-04-28T18:20"}),
    ("--submitted 2026-04-28T12:30", {"approve": "2026-04-28T13:30"}),
    ("--rework-at 2026-04-28T12:30", {"rework": "2026-04-28T13:30"}),
    ("--rework-at 2026-04-28T12:30 --plain-hours working", {"rework": "2026-04-28T14:30"}),
    ("--approved 2026-04-28T12:30:45", {"publish": "2026-04-28T13:30:45"}),
    ("--interim-at 2026-04-24T10:00", {"final": "2026-05-06T18:00"}),
    ("--interim-at 2026-04-30T15:20", {"final": "2026-05-13T18:00"}),
    ("--interim-at 2026-04-24T10:00 --agreed 2026-04-30", {"final": "2026-04-30T17:00"}),
    ("--interim-at 2026-04-24T10:00 --agreed 2026-06-30", {"final": "2026-05-06T18:00"}),
    ("--significant-at 2026-04-28T12:30", {"governor": None}),
    ("--information-at 2026-04-28T12:30", {"pass_on": None}),
    ("--clarification-at 2026-04-28T12:30", {"await_author": None}),
]
KUZBASS_CASES = [
    ("--received 2026-04-24T17:50", {"return": None, "draft": "2026-04-27T09:50"}),
    ("--received 2026-04-24T13:30+03:00", {"return": None, "draft": "2026-04-27T09:30"}),
    ("--received 2026-04-28T12:30", {"return": None, "draft": "2026-04-28T14:30"}),
    ("--received 2026-04-28T12:00", {"return": None, "draft": "2026-04-28T13:00"}),
    ("--received 2026-04-30T16:30 --importance high", {"return": None, "draft": "2026-05-04T09:30"}),
    ("--detected 2026-04-24T17:50 --submitted 2026-04-28T12:30", {"route": None, "answer": None, "approve": None}),
]


def run(capsys, *words):
    code = main(["clocks", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def answer(capsys, regulation, options):
    code, out, err = run(capsys, "--regulation", regulation, *options.split(), "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def full(moment, offset):
    return moment and f"{moment}{':00' if len(moment) == 16 else ''}{offset}"


@pytest.mark.parametrize(("options", "due"), KURSK)
def test_due_times_of_kursk(capsys, options, due):
    clocks = answer(capsys, "kursk", options)["clocks"]

    assert {clock["clock"]: clock["due"] for clock in clocks} == {name: full(at, MSK) for name, at in due.items()}


@pytest.mark.parametrize(("options", "due"), KUZBASS_CASES)
def test_due_times_of_kuzbass(capsys, options, due):
    clocks = answer(capsys, "kuzbass", options)["clocks"]

    assert {clock["clock"]: clock["due"] for clock in clocks} == {name: full(at, KUZBASS) for name, at in due.items()}


def test_clauses_and_kinds_of_kursk(capsys):
    options = " ".join(f"--{name} 2026-04-28T10:00" for name in EVENTS)
    clocks = answer(capsys, "kursk", options + " --last-leg")["clocks"]

    assert {(clock["clock"], clock["clause"], clock["kind"]) for clock in clocks} == {
        ("route", "7", "limit"),
        ("return", "8", "window"),
        ("reroute", "9", "limit"),
        ("answer", "10", "limit"),
        ("draft", "11", "limit"),
        ("approve", "12", "limit"),
        ("rework", "13", "limit"),
        ("publish", "14", "limit"),
        ("final", "15", "limit"),
        ("link", "16", "limit"),
        ("governor", "24", "stopwatch"),
        ("pass_on", None, "stopwatch"),
        ("await_author", None, "stopwatch"),
    }


EVENTS = (
    *("detected", "leg-received", "returned", "submitted", "rework-at", "approved"),
    *("interim-at", "significant-at", "information-at", "clarification-at"),
)


def test_kuzbass_names_a_clause_only_where_its_act_is_known(capsys):
    options = " ".join(f"--{name} 2026-04-28T10:00" for name in EVENTS)
    clocks = answer(capsys, "kuzbass", options + " --last-leg")["clocks"]

    assert {clock["clock"]: clock["clause"] for clock in clocks if clock["clause"]} == {"draft": "13"}


def test_the_shape_of_the_json(capsys):
    found = answer(capsys, "kursk", "--detected 2026-04-28T10:00")

    assert {key: found[key] for key in ("regulation", "zone", "importance")} == {
        "regulation": "kursk",
        "zone": "Europe/Moscow",
        "importance": "normal",
    }
    assert found["clocks"][0] == {
        "clock": "route",
        "title": "Направить в орган",
        "clause": "7",
        "kind": "limit",
        "limit": "30 min",
        "started": "2026-04-28T10:00:00+03:00",
        "due": "2026-04-28T10:30:00+03:00",
        "slack_seconds": 6 * 3600 + 1800,  # 10:30 to Wednesday 08:00, two hours before the answer: 10:30–13, 14–18
        "reasoning": "30 минут с выявления 28.04.2026 10:00; по часам",
    }


def test_the_answer_itself_has_no_slack_and_a_draft_is_short_of_the_steps_after_it(capsys):
    clocks = answer(capsys, "kursk", "--detected 2026-04-28T10:00 --received 2026-04-28T10:10")["clocks"]
    slack = {clock["clock"]: clock["slack_seconds"] for clock in clocks}

    assert slack["answer"] is None
    assert slack["draft"] == 0  # due at 09:00; the latest is 08:00, and nobody works between
    assert answer(capsys, "kursk", "--received 2026-04-28T10:10")["clocks"][0]["slack_seconds"] is None


def test_one_line_for_each_clock(capsys):
    _, out, _ = run(capsys, "--regulation", "kursk", "--detected", "2026-04-30T15:20", "--importance", "high")

    route, answered = (line.split("  ") for line in out.splitlines())
    assert [part.strip() for part in route if part.strip()] == [
        "Направить в орган", "п. 7", "до 30.04.2026 15:50", "запас 1 ч 30 мин",
        "30 минут с выявления 30.04.2026 15:20; по часам",
    ]  # fmt: skip
    assert [part.strip() for part in answered if part.strip()] == [
        "Ответ размещён", "п. 10", "до 04.05.2026 11:20", "запас —",
        "4 рабочих часа с выявления 30.04.2026 15:20; рабочее время 30.04 15:20–17:00, 04.05 09:00–11:20",
    ]  # fmt: skip


def test_norms_that_are_not_set_say_so(capsys):
    _, out, _ = run(capsys, "--regulation", "kuzbass", "--submitted", "2026-04-28T10:00")

    assert "норма не задана" in out
    assert "секундомер" in out
    assert "п. 12" not in out


def test_a_draft_of_kursk_needs_the_detection(capsys):
    draft = answer(capsys, "kursk", "--received 2026-04-28T10:10")["clocks"][1]

    assert (draft["clock"], draft["due"], draft["kind"]) == ("draft", None, "not_computable")
    assert "--detected" in draft["reasoning"]


def test_a_year_that_is_not_loaded_leaves_that_clock_alone_without_a_due_time(capsys):
    route, answered = answer(capsys, "kursk", "--detected 2027-12-31T15:20")["clocks"]

    assert route["due"] == "2027-12-31T15:50:00+03:00"
    assert (answered["due"], answered["kind"]) == (None, "not_computable")
    assert "2028" in answered["reasoning"]


def test_the_draft_of_an_answer_that_cannot_be_computed_cannot_either(capsys):
    clocks = answer(capsys, "kursk", "--detected 2027-12-31T15:20 --received 2027-12-31T15:30")["clocks"]
    draft = next(clock for clock in clocks if clock["clock"] == "draft")

    assert (draft["due"], draft["kind"]) == (None, "not_computable")
    assert "2028" in draft["reasoning"]


def test_english_is_spoken_when_asked(capsys):
    code = main(["--language", "en", "clocks", "--regulation", "kursk", "--detected", "2026-04-30T15:20"])

    assert code == 0
    assert "cl. 7   until 30.04.2026 15:50" in capsys.readouterr().out


def test_a_regulation_of_ones_own(capsys, tmp_path):
    own = tmp_path / "own.toml"
    text = resource("regulations/kursk.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('normal = "8 working h"', 'normal = "9 working h"'), encoding="utf-8")

    clocks = answer(capsys, str(own), "--detected 2026-04-28T09:00")["clocks"]

    assert clocks[-1]["due"] == "2026-04-29T10:00:00+03:00"


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ("--regulation moon --detected 2026-04-28T10:00", "Нет положения «moon»"),
        ("--regulation no/such.toml --detected 2026-04-28T10:00", "Файла no/such.toml нет"),
        ("--regulation kursk", "Укажите хотя бы один момент"),
        ("--detected 2026-04-28T10:00", "Не указано: --regulation"),
        ("--regulation kursk --detected", "После --detected нужно значение"),
        ("--regulation kursk --detected вчера", "«вчера» — не дата и время"),
        ("--regulation kursk --detected 2026-04-28", "«2026-04-28» — не дата и время"),
        ("--regulation kursk --detected 2026-02-30T10:00", "«2026-02-30T10:00» — не дата и время"),
        ("--regulation kursk --detected 0001-01-01T00:00+03:00", "«0001-01-01T00:00+03:00» — не дата и время"),
        ("--regulation kursk --detected 9999-12-31T23:59", "«9999-12-31T23:59» — не дата и время"),
        ("--regulation kursk --detected 2026-04-28T10:00 --importance urgent", "--importance не может быть «urgent»"),
        ("--regulation kursk --detected 2026-04-28T10:00 --boundary middle", "readings.boundary = middle"),
        ("--regulation kursk --detected 2026-04-28T10:00 --last-leg", "--leg-received"),
        ("--regulation kursk --detected 2026-04-28T10:00 --agreed 2026-04-30", "--interim-at"),
        ("--regulation kursk --interim-at 2026-04-28T10:00 --agreed завтра", "«завтра» — не дата"),
        ("--regulation kursk --interim-at 2026-04-28T10:00 --agreed 2026-04-28", "28.04.2026"),
        ("--regulation kursk --detected 2026-04-28T10:00 --loudly", "Неизвестный аргумент: --loudly"),
    ],
)
def test_bad_input_is_a_russian_sentence_and_code_2(capsys, options, part):
    try:
        code = main(["clocks", *options.split(), "--json"])
    except SystemExit as left:
        code = left.code
    printed = capsys.readouterr()

    assert code == 2
    assert printed.out == ""
    assert part in printed.err


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"x = [", "файл не читается"),
        (b"[regulation]\nkey = 1\n", "regulation.key"),
        ("я".encode("cp1251"), "не текст в кодировке UTF-8"),
        (resource("regulations/kursk.toml").read_bytes().replace(b"8 working h", b"8 fortnights"), "8 fortnights"),
        (resource("regulations/kursk.toml").read_bytes().replace(b"Europe/Moscow", b"Europe/Mars"), "Europe/Mars"),
        (resource("regulations/kursk.toml").read_bytes().replace(b"09:00", b"25:00"), "25:00"),
    ],
)
def test_a_broken_regulation_file_is_named_with_the_place(capsys, tmp_path, content, part):
    own = tmp_path / "own.toml"
    own.write_bytes(content)

    code, out, err = run(capsys, "--regulation", str(own), "--detected", "2026-04-28T10:00")

    assert (code, out) == (2, "")
    assert part in err
    assert "own.toml" in err


def test_neither_qt_nor_sqlalchemy_is_loaded():
    script = (
        "import sys; from app.cli import main; "
        "main(['clocks', '--regulation', 'kursk', '--detected', '2026-04-28T10:00']); "
        "assert not {'PySide6', 'sqlalchemy', 'openpyxl', 'asyncio'} & set(sys.modules), 'loaded'"
    )

    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
