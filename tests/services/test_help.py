"""The help leads nowhere that is not there, and the acts are whole."""

import re

import pytest

from app.regulation.measures import MEASURES
from app.regulation.rating_rules import Component
from app.regulation.workflow import Act
from app.resources import ROOT, resource
from app.services.help import definitions_page, read_act, read_topics, topic_for, with_definitions
from app.services.queries import QUEUE_STATES
from app.services.regulations import shipped_regulation
from app.texts.measures import measure_name, measure_rule
from app.texts.period_report import component_rule
from app.ui.pages.registry import PAGES

DIALOGS = {
    *(f"dialog:{act}_dialog" for act in Act),
    *(f"dialog:{name}" for file in (ROOT.parent / "app" / "ui").rglob("*.py")
      for name in re.findall(r'"(\w+_dialog)"', file.read_text(encoding="utf-8"))),
}  # fmt: skip
PLACES = {*QUEUE_STATES, *(f"page:{kind.code}" for kind in PAGES), *DIALOGS}
KURSK = shipped_regulation("kursk")
TOPICS = {topic.key: topic for topic in with_definitions(read_topics("ru"), KURSK)}


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_every_page_is_about_places_that_are_there_and_links_to_what_is_there(topic):
    clauses = {f"clause:{clause.number}" for clause in read_act("kursk").clauses}

    assert topic.title
    assert topic.text
    assert set(topic.about) <= PLACES
    assert set(re.findall(r"(?<!!)\[[^\]]*\]\(([^)]+)\)", topic.text)) <= clauses | set(TOPICS)
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", topic.text):
        assert resource(f"help/{picture}").is_file()


def test_the_definitions_of_all_figures_are_a_page_of_the_help():
    """In the words of the code's own definitions, with this region's clauses and weights."""
    text = definitions_page(KURSK).text
    for measure in MEASURES:
        assert f"**{measure_name(measure.code)}**" in text
        assert measure_rule(measure.code) in text
    assert "[10](clause:10)" in text
    assert all(component_rule(component) in text for component in Component)
    known = {f"clause:{clause.number}" for clause in read_act("kuzbass").clauses}
    cited = set(re.findall(r"\]\((clause:[^)]+)\)", definitions_page(shipped_regulation("kuzbass")).text))
    assert cited <= known


def test_a_place_has_its_page_and_any_other_the_first():
    topics = tuple(TOPICS.values())
    assert topic_for(["page:memos"], topics).key == "control"
    assert topic_for(["agency:1"], topics) is topics[0]
    assert topic_for(["dialog:approval_dialog", "inbox"], topics).key == "answer"
    assert topic_for(["dialog:of_nothing", "inbox"], topics).key == "stream"


def test_no_place_has_two_pages():
    about = [place for topic in TOPICS.values() for place in topic.about]
    assert sorted(about) == sorted(set(about))


def test_every_page_of_the_desk_has_its_help():
    about = {place for topic in TOPICS.values() for place in topic.about}
    assert {f"page:{kind.code}" for kind in PAGES} - about == set()


def test_kursks_act_is_whole_and_of_kuzbass_what_is_known():
    assert [clause.number for clause in read_act("kursk").clauses] == [str(n) for n in range(1, 25)]
    assert [clause.number for clause in read_act("kuzbass").clauses] == ["3", "4", "6", "13", "25"]
    assert "изменённые" in read_act("kuzbass").note
    assert read_act("a-region-of-its-own") is None


def test_a_language_without_pages_reads_the_russian_ones():
    assert read_topics("en") == read_topics("ru")
