"""Agencies pasted as text."""

import pytest

from app.ui.start.agencies import kind_of, parse, short_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Комитет здравоохранения Курской области", "regional"),
        ("Администрация города Льгова", "municipal"),
        ("Управление Роспотребнадзора по Курской области", "federal"),
        ("МУП «Водоканал города Курска»", "other"),
    ],
)
def test_name_suggests_the_kind(name, kind):
    assert kind_of(name) == kind


def test_one_in_a_line_with_an_optional_short_name():
    agencies = parse("Комитет А; КА\n\n  Комитет   Б\t\tКБ \nКомитет А; ещё раз", {"Комитет Б": "federal"})

    assert [(a.name, a.short_name, a.kind) for a in agencies] == [
        ("Комитет А", "КА", "regional"),
        ("Комитет Б", "КБ", "federal"),
    ]


def test_short_name_leaves_the_region_out_and_ends_at_a_word():
    assert short_name("Комитет здравоохранения Курской области") == "Комитет здравоохранения"
    assert short_name("Очень " * 20 + "длинное") == ("Очень " * 10).strip()
