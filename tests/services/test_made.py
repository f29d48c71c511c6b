"""Rows made by the hundred are what their own constructor makes."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from app.services.made import maker


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    name: str = "Имя"
    facts: list[int] = field(default_factory=list)


def test_what_is_made_is_one_of_its_kind_and_frozen():
    made = maker(Row)(7, facts=[1])

    assert (type(made), made, made.name) == (Row, Row(7, facts=[1]), "Имя")
    assert replace(made, id=8) == Row(8, facts=[1])
    with pytest.raises(FrozenInstanceError):
        made.id = 9


def test_defaults_are_made_anew_for_each_and_what_has_none_must_be_given():
    make = maker(Row)

    assert make(1).facts is not make(2).facts
    with pytest.raises(TypeError, match="id"):
        make()
