"""What is told of the window for a return before it is made (п. 8)."""

from datetime import UTC, datetime, timedelta

from app.regulation.clocks import Clock
from app.regulation.profile import LimitKind
from app.services.regulations import shipped_rules
from app.texts.return_window import return_words

RECEIVED = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)
KURSK = shipped_rules("kursk")


def window(**more):
    return Clock("return", 1, RECEIVED, LimitKind.WINDOW, RECEIVED + timedelta(minutes=30), **more)


def test_in_time_it_says_until_when_and_what_is_later():
    words, is_late = return_words(KURSK, [window()], RECEIVED + timedelta(minutes=30))
    assert words == "В срок — до 11:35 (п. 8); позже возврат тоже принимается, но отмечается как поздний."
    assert not is_late


def test_after_it_says_that_the_return_will_be_late():
    words, is_late = return_words(KURSK, [window(by_agreement=True)], RECEIVED + timedelta(minutes=31))
    assert words == "Срок возврата истёк в 11:35 (по договорённости): возврат примут, но отметят как поздний."
    assert is_late


def test_a_day_later_it_says_when_that_was():
    words, _ = return_words(KURSK, [window()], RECEIVED + timedelta(days=1))
    assert words == "Срок возврата истёк вчера в 11:35 (п. 8): возврат примут, но отметят как поздний."


def test_without_a_window_nothing_is_said():
    assert return_words(KURSK, [], RECEIVED) == ("", False)
