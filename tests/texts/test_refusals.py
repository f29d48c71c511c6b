"""Every refusal of the calendar has its sentence, in both languages."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.regulation import calendar_errors as errors
from app.texts import refusals, use_language
from app.texts.refusals import explain

REGULATION = Path(__file__).parent.parent.parent / "app" / "regulation"
MOMENT = datetime(2026, 5, 12, 10, tzinfo=UTC).replace(tzinfo=None)

SENTENCES = [
    (
        errors.CalendarYearNotLoaded(2028, 2019, 2027),
        (
            "Производственный календарь на 2028 год не загружен (загружены 2019–2027). Загрузите его в настройках: "
            "сроки, которые заходят в этот год, вычислить нельзя."
        ),
    ),
    (errors.CalendarHasNoWorkingTime(), "В календаре нет рабочего времени: задайте рабочие часы."),
    (errors.MomentWithoutZone(MOMENT), "У даты и времени 2026-05-12 10:00:00 не указан часовой пояс."),
    (
        errors.PauseReversed(MOMENT, MOMENT.replace(hour=9)),
        "Окончание паузы (2026-05-12 09:00:00) раньше её начала (2026-05-12 10:00:00).",
    ),
    (
        errors.CalendarInvalid("kursk.toml", "tz", "Kursk", "zone"),
        "kursk.toml: значение tz = Kursk не подходит. Допустимо: часовой пояс, например Europe/Moscow.",
    ),
    (
        errors.CalendarInvalid("kursk.toml", "wek", "{}", "keys", "tz, week"),
        "kursk.toml: значение wek = {} не подходит. Допустимо: ключи tz, week.",
    ),
    (
        errors.CalendarKeyMissing("kursk.toml", "country", "text"),
        "kursk.toml: не указано country. Допустимо: непустой текст.",
    ),
    (errors.CalendarFileBroken("kursk.toml", "line 3"), "kursk.toml: файл не читается: line 3"),
]


@pytest.mark.parametrize(("error", "sentence"), SENTENCES)
def test_the_sentence(error, sentence):
    assert explain(error) == sentence


def test_every_error_is_said():
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__}

    assert {type(error) for error, _ in SENTENCES} == kinds - {errors.CalendarError}


def test_english_is_the_source():
    use_language("en")
    try:
        assert explain(errors.CalendarFileBroken("a.toml", "x")) == "a.toml: the file cannot be read: x"
    finally:
        use_language("ru")


def allowed_codes():
    """The codes that the rules give as `allowed`: the argument of that place in the calls that refuse."""
    places = {"refuse": 2, "get": 1, "CalendarInvalid": 3, "CalendarKeyMissing": 2}
    found = set()
    for path in REGULATION.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                position = places.get(name, 99)
                if len(node.args) > position and isinstance(node.args[position], ast.Constant):
                    found.add(node.args[position].value)
    return {code for code in found if isinstance(code, str) and re.fullmatch("[a-z_]+", code)}


def test_everything_that_may_be_allowed_is_said():
    assert allowed_codes() - refusals._ALLOWED.keys() == set()
    assert refusals._ALLOWED.keys() - allowed_codes() == set()
