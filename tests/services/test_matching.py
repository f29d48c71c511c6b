"""Names from files find their entries in the directories, and never a wrong one."""

import pytest

from app.services.matching import match_choice
from app.services.views import Choice

AGENCIES = (
    Choice(1, "Комитет дорожного хозяйства Курской области", "regional", "Комитет дорожного хозяйства"),
    Choice(2, "Администрация города Льгова", "municipal", "Администрация г. Льгова"),
    Choice(3, "Комитет ЖКХ и ТЭК Курской области", "regional", "Комитет ЖКХ"),
    Choice(4, "Закрытый комитет", "regional", "Закрытый", active=False),
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Комитет дорожного хозяйства Курской области", 1),
        ("комитет  ДОРОЖНОГО хозяйства", 1),
        ("Льгова", 2),
        ("комитет", None),  # two have it
        ("Комитет здравоохранения", None),
        ("Закрытый комитет", None),  # switched off
        ("", None),
    ],
)
def test_match(name, found):
    choice = match_choice(name, AGENCIES)

    assert (choice.id if choice else None) == found
