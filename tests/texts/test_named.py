"""What a region chooses and what is counted has words: looked up by code, where no test of the catalogue looks."""

import pytest

from app.regulation.measures import MEASURES, Figures
from app.regulation.readings import READINGS
from app.texts.measures import measure_name, measure_rule
from app.texts.rulebook import choice_name, reading_about, reading_title


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS.keys())
def test_a_reading_and_each_of_its_choices_have_words(reading):
    assert reading_title(reading.key)
    assert reading_about(reading.key)
    assert all(choice_name(reading.key, choice) for choice in reading.choices)


@pytest.mark.parametrize("code", [measure.code for measure in MEASURES])
def test_a_measure_has_a_name_a_rule_and_its_figure(code):
    assert measure_name(code)
    assert measure_rule(code)
    assert hasattr(Figures(), code)
