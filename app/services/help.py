"""What the help shows: short pages in the language spoken, and the text of the act clause by clause."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.regulation.profile import Profile
from app.regulation.rating_rules import Component
from app.resources import ROOT, resource
from app.texts import tr
from app.texts.measures import definitions, method
from app.texts.period_report import component_name, component_rule, rating_words


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help: its key ("routing"), title and Markdown; `about` names the places of the desk it is for."""

    key: str
    title: str
    text: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an act: its number and its paragraphs as published."""

    number: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActText:
    """The text of an act; `note` says what of it is not here."""

    title: str
    note: str
    clauses: tuple[Clause, ...]


@cache
def read_topics(language: str) -> tuple[Topic, ...]:
    """The pages in their order, in `language`, in Russian where there are none in it."""
    folder = resource(f"help/{language}")
    return tuple(_topic(path) for path in sorted((folder if folder.is_dir() else resource("help/ru")).glob("*.md")))


@cache
def read_act(regulation: str) -> ActText | None:
    """The text of the act behind a regulation ("kursk"), None for a region's own."""
    path = ROOT / "acts" / f"{regulation}.toml"
    if not path.is_file():
        return None
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    clauses = (Clause(each["number"], tuple(each["text"].strip().splitlines())) for each in table["clause"])
    return ActText(table["title"], table["note"], tuple(clauses))


def definitions_page(profile: Profile) -> Topic:
    """How every number is counted, and the rating of agencies made of them, in the words of the definitions themselves;
    with the clauses and weights of this region."""
    rules = profile.rating
    weights = {component: rules.weights[component] for component in Component}
    told = {"threshold": rules.threshold, "red": rules.red, "prior": rules.prior, "weights": weights}
    parts = list(method())
    for name, clauses, rule in definitions(profile):
        links = ", ".join(f"[{clause}](clause:{clause})" for clause in clauses)
        cited = f" ({tr('cl. {clause}', clause=links)})" if links else ""
        parts.append(f"**{name}**{cited}. {rule}")
    parts.append(f"## {tr('Rating of agencies')}")
    for component, weight in weights.items():
        named = tr("{component}, weight {weight}", component=component_name(component), weight=weight)
        parts.append(f"**{named}**: {component_rule(component)}.")
    return Topic("definitions", tr("How figures are counted"), "\n\n".join([*parts, *rating_words(told)]), ())


def with_definitions(topics: tuple[Topic, ...], profile: Profile) -> tuple[Topic, ...]:
    """The pages with that one after the page about figures."""
    place = next(number for number, topic in enumerate(topics, start=1) if topic.key == "figures")
    return *topics[:place], definitions_page(profile), *topics[place:]


def topic_for(places: Sequence[str], topics: tuple[Topic, ...]) -> Topic:
    """The page about the first of these places that has one ("inbox", "page:memos", "dialog:routing_dialog"), the first
    page for any other."""
    return next((topic for place in places for topic in topics if place in topic.about), topics[0])


def _topic(path: Path) -> Topic:
    """A file NN-key.md: the title as its heading, then a line `<!-- about: place place -->` where it is about any."""
    heading, _, rest = path.read_text(encoding="utf-8").partition("\n")
    about: tuple[str, ...] = ()
    first, _, after = rest.strip().partition("\n")
    if first.startswith("<!-- about:"):
        about, rest = tuple(first.removeprefix("<!-- about:").removesuffix("-->").split()), after
    return Topic(path.stem.split("-", 1)[1], heading.removeprefix("# ").strip(), rest.strip(), about)
