"""Time zones as people call them."""

from datetime import date

import pytest

from app.texts.zones import zone_name

SUMMER = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Europe/Moscow", "Москва (UTC+3)"),
        ("Asia/Novokuznetsk", "Новокузнецк (UTC+7)"),
        ("Asia/Kamchatka", "Петропавловск-Камчатский (UTC+12)"),
        ("Asia/Kolkata", "Kolkata (UTC+5:30)"),
        ("America/St_Johns", "St Johns (UTC−2:30)"),
        ("Europe/London", "London (UTC+1)"),
        ("UTC", "UTC (UTC)"),
    ],
)
def test_a_zone_is_called_by_its_city_and_its_offset(key, words):
    assert zone_name(key, SUMMER) == words
