"""The one-page report for the Governor (п. 24) as data: read from a card or an episode, kept, and made again."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from app.regulation.clocks import step_clock
from app.regulation.workflow import State
from app.services.episodes import EpisodeCaseView, EpisodeView
from app.services.surges import SurgeView
from app.services.views import CaseCard
from app.services.workplace import Workplace

MOST_MESSAGES = 3
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class GovernorPaper:
    """Everything the page says: codes, instants (aware) and texts; words are made when it is written.

    `kind` is "case" or "episode". No author stands in it unless asked for (`author`). `done` is what is being done,
    in the curator's words; `is_cut` tells that texts were shortened to fit the page.
    """

    kind: str
    region: str
    zone: str
    made_at: datetime
    number: str = ""
    title: str = ""
    topic: str = ""
    place: str = ""
    since: datetime | None = None
    source: str = ""
    author: str = ""
    messages: tuple[str, ...] = ()
    state: str = ""
    agency: str = ""
    done: str = ""
    step: str = ""
    due_at: datetime | None = None
    addressee: str = ""
    reporter: str = ""
    count: int = 0
    usual_low: int | None = None
    usual_high: int | None = None
    surge_count: int = 0
    surge_hours: int = 0
    places: tuple[tuple[str, int], ...] = ()
    topics: tuple[tuple[str, int], ...] = ()
    states: tuple[tuple[str, int], ...] = ()
    agencies: tuple[tuple[str, int], ...] = ()
    is_cut: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, default=lambda value: value.isoformat())

    @classmethod
    def from_json(cls, text: str) -> "GovernorPaper":
        """The paper as it was kept. Raises ValueError, TypeError for anything else."""
        values: dict[str, Any] = json.loads(text)
        known = {field.name for field in fields(cls)}
        for name in ("made_at", "since", "due_at"):
            values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
        for name in ("places", "topics", "states", "agencies"):
            values[name] = tuple((word, count) for word, count in values.get(name, ()))
        values["messages"] = tuple(values.get("messages", ()))
        return cls(**{name: value for name, value in values.items() if name in known})


def paper_of_case(place: Workplace, card: CaseCard) -> GovernorPaper:
    """The page about one significant case, without its author."""
    rules = place.rules(card.regulation_id)
    step = step_clock(card.clocks)
    posted = [message.posted_at or message.collected_at for message in card.messages]
    sources = dict.fromkeys(message.source for message in card.messages)
    return GovernorPaper(
        kind="case",
        region=rules.profile.region,
        zone=rules.agency.zone.key,
        made_at=place.now(),
        number=card.number,
        title=card.topic,
        topic=" — ".join(part for part in (card.topic_group, card.topic) if part) or card.suggested_topic,
        place=", ".join(part for part in (card.location, card.place) if part),
        since=min(posted),
        source=", ".join(sources),
        messages=tuple(message.text for message in card.messages[:MOST_MESSAGES]),
        state=card.state,
        agency=card.agency,
        done=_done(card),
        step=step.code if step else "",
        due_at=step.due_at if step else None,
        reporter=place.person.name,
        count=len(card.messages),
    )


def _done(card: CaseCard) -> str:
    """What the citizen was told: the published answer, else the draft that was approved; the curator may rewrite it."""
    published = {publication.draft_uuid for publication in card.publications}
    told = [draft.text for draft in card.drafts if draft.uuid in published or draft.verdict == "approved"]
    return told[-1] if told else ""


def authors_of(card: CaseCard) -> str:
    """The authors' names, for a page that is asked to name them."""
    return ", ".join(dict.fromkeys(message.author for message in card.messages if message.author))


def paper_of_episode(
    place: Workplace, episode: EpisodeView, cases: list[EpisodeCaseView], texts: list[str], surge: SurgeView | None
) -> GovernorPaper:
    """The page about an episode: how many messages, growth against the usual, where; a few in the citizens' words."""
    rules = place.rules()
    paper = GovernorPaper(
        kind="episode",
        region=rules.profile.region,
        zone=rules.agency.zone.key,
        made_at=place.now(),
        title=episode.title,
        topic=episode.topic,
        place=episode.location,
        since=episode.since,
        messages=tuple(texts[:MOST_MESSAGES]),
        reporter=place.person.name,
        count=len(cases),
        places=_most(case.where.split(",")[0] for case in cases),
        topics=_most(case.topic for case in cases),
        states=_most(_stage(case.state) for case in cases),
        agencies=_most(case.agency for case in cases),
    )
    if surge is None:
        return paper
    return replace(
        paper, usual_low=surge.usual_low, usual_high=surge.usual_high, surge_count=surge.count, surge_hours=surge.hours
    )


def _stage(state: str) -> str:
    return state if state in (State.ANSWERED, State.INTERIM) else "open"


def _most(words: Any) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(word for word in words if word).most_common(MOST_PLACES))
