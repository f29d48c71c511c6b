"""Content of the demo region, read from TOML files and checked: agencies, people, directories, messages and their acts.

Every message carries the acts that brought it where it stands, each at so many minutes from the demo's now
(a Tuesday at 11:40). They are the acts of `app.regulation.workflow` in an order that its table allows, so a builder
only plays them through the services one after another.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.regulation.profile import Importance
from app.regulation.workflow import Act, DraftKind, LegKind, Role, State, find
from app.resources import resource
from app.texts.disk import reason_of

KURSK = "demo/kursk"
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)
_DRAFT_ACTS = (Act.APPROVE, Act.REWORK, Act.PUBLISH)
_TO_ANOTHER = (Act.MERGE, Act.MARK_REPEAT)
_DATE = re.compile(r"\{([+-]\d+)\}")
_AGENCY_KINDS = ("regional", "municipal", "federal", "other")


class DemoContentError(Exception):
    """A file of the demo region says something that does not fit: the file, the key, and what is wrong."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file = file
        self.key = key


@dataclass(frozen=True)
class DemoAgency:
    """An agency; `kind` is regional, municipal, federal or other."""

    key: str
    name: str
    short_name: str
    kind: str


@dataclass(frozen=True)
class DemoPerson:
    """A person with one role; executors and responsible officials name their agency, the others a body."""

    key: str
    name: str
    role: Role
    post: str
    body: str = ""
    agency: str = ""


@dataclass(frozen=True)
class DemoAct:
    """One act, `minutes` from the demo's now (never positive). `variant` is the workflow's: leg, draft or exit.

    route, reroute: `agency`. submit: `draft` is the text. rework, return, exclude, close_without_reply, correct,
    reply_received: `reason`; `ground` is the code of п. 20. publish: `link` of the answer. approve of an interim
    answer: `agreed_in_days` from the demo's today. merge, mark_repeat: `other` is the message whose card it goes to or
    repeats. submit on a repeat: `measures` taken since the earlier answer.
    """

    act: Act
    minutes: int
    variant: str = ""
    agency: str = ""
    draft: str = ""
    reason: str = ""
    ground: str = ""
    link: str = ""
    agreed_in_days: int | None = None
    other: str = ""
    measures: str = ""


@dataclass(frozen=True)
class DemoMessage:
    """A citizen's message with what a curator settled about it and everything done to it so far.

    `next_draft` is a good answer to submit when the day is played on; few messages have one, all of them open.
    Texts may hold dates like {+7}: see `with_dates`. Empty topic or place: nobody has settled them.
    """

    id: str
    source: str
    post_kind: str
    author: str
    author_link: str
    link: str
    posted_minutes: int
    text: str
    topic: str
    municipality: str
    settlement: str
    street: str
    importance: Importance
    curator: str
    next_draft: str
    acts: tuple[DemoAct, ...]
    state: State

    @property
    def agency(self) -> str:
        """The agency that has it now, or had it last; empty before the first routing."""
        return next((act.agency for act in reversed(self.acts) if act.agency), "")


@dataclass(frozen=True)
class DemoContent:
    """The whole demo region. `topics` maps groups to topics, `places` municipalities to settlements."""

    agencies: tuple[DemoAgency, ...]
    people: tuple[DemoPerson, ...]
    topics: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    return_reasons: tuple[str, ...]
    messages: tuple[DemoMessage, ...] = field(repr=False)

    def group_of(self, topic: str) -> str:
        """The group a topic stands in."""
        return next(group for group, topics in self.topics.items() if topic in topics)


def with_dates(text: str, today: date) -> str:
    """The text with {+7} replaced by the date seven days after `today`: "1 декабря"."""

    def spoken(match: re.Match[str]) -> str:
        day = today + timedelta(days=int(match[1]))
        return f"{day.day} {MONTHS[day.month - 1]}"

    return _DATE.sub(spoken, text)


def load_content(folder: Path | None = None) -> DemoContent:
    """The content of the demo region in `folder` (default: Kursk). Raises DemoContentError naming file and key."""
    return _Reader(folder or resource(KURSK)).content()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._agencies: dict[str, DemoAgency] = {}
        self._people: dict[str, DemoPerson] = {}
        self._topics: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        self._messages: dict[str, DemoMessage] = {}

    def content(self) -> DemoContent:
        for entry in self._entries("agencies.toml", "agency"):
            entry.one_of("kind", _AGENCY_KINDS)
            self._keep(self._agencies, entry["key"], entry, self._agency(entry))
        self._topics = {entry["name"]: tuple(entry["topics"]) for entry in self._entries("topics.toml", "group")}
        places = self._entries("places.toml", "municipality")
        self._places = {entry["name"]: tuple(entry["settlements"]) for entry in places}
        for entry in self._entries("people.toml", "person"):
            self._keep(self._people, entry["key"], entry, self._person(entry))
        reasons = tuple(entry["text"] for entry in self._entries("reasons.toml", "return"))
        entries: list[_Entry] = []
        for path in sorted((self._folder / "messages").glob("*.toml")):
            for entry in self._entries(f"messages/{path.name}", "message"):
                self._keep(self._messages, entry["id"], entry, self._message(entry))
                entries.append(entry)
        self._check_others(entries)
        return DemoContent(
            agencies=tuple(self._agencies.values()),
            people=tuple(self._people.values()),
            topics=self._topics,
            places=self._places,
            return_reasons=reasons,
            messages=tuple(self._messages.values()),
        )

    def _entries(self, name: str, table: str) -> Iterator["_Entry"]:
        try:
            data = tomllib.loads((self._folder / name).read_text(encoding="utf-8"))
        except OSError as error:
            raise DemoContentError(name, table, reason_of(error)) from error
        except tomllib.TOMLDecodeError as error:
            raise DemoContentError(name, table, str(error)) from error
        for number, values in enumerate(data.get(table, ()), start=1):
            key = values.get("key") or values.get("id") or values.get("name") or number
            yield _Entry(name, f"{table} {key}", values)

    def _check_others(self, entries: Iterable["_Entry"]) -> None:
        """The other message of a merging or a repeat is there, and was there before."""
        for entry in entries:
            for act in self._messages[entry["id"]].acts:
                other = self._messages.get(act.other)
                if act.other and (other is None or other.acts[0].minutes >= act.minutes):
                    raise entry.error(f"{act.act} names {act.other!r}, which is not there by then")

    def _keep(self, kept: dict[str, Any], key: str, entry: "_Entry", thing: Any) -> None:
        if key in kept:
            raise entry.error(f"{key!r} is there twice")
        kept[key] = thing

    def _agency(self, entry: "_Entry") -> DemoAgency:
        return DemoAgency(entry["key"], entry["name"], entry["short_name"], entry["kind"])

    def _person(self, entry: "_Entry") -> DemoPerson:
        entry.one_of("role", tuple(Role))
        needs_agency = entry["role"] in (Role.EXECUTOR, Role.RESPONSIBLE)
        if needs_agency or entry.get("agency"):
            entry.one_of("agency", self._agencies)
        role, post = Role(entry["role"]), entry["post"]
        return DemoPerson(entry["key"], entry["name"], role, post, entry.get("body"), entry.get("agency"))

    def _message(self, entry: "_Entry") -> DemoMessage:
        topic, municipality, settlement = entry.get("topic"), entry.get("municipality"), entry.get("settlement")
        if topic and not any(topic in topics for topics in self._topics.values()):
            raise entry.error(f"unknown topic {topic!r}")
        if municipality:
            entry.one_of("municipality", self._places)
        if settlement and settlement not in self._places.get(municipality, ()):
            raise entry.error(f"unknown settlement {settlement!r} of {municipality!r}")
        acts, state = self._acts(entry)
        if entry.get("curator") or len(acts) > 1:
            entry.one_of("curator", [key for key, person in self._people.items() if person.role is Role.CURATOR])
        if any(act.agency for act in acts) and not (topic and municipality):
            raise entry.error("routed without topic or municipality")
        if entry["posted"] > acts[0].minutes:
            raise entry.error("collected before it was posted")
        return DemoMessage(
            **{name: entry[name] for name in ("id", "source", "post_kind", "author", "link", "text")},
            **{name: entry.get(name) for name in ("author_link", "street", "curator", "next_draft")},
            topic=topic,
            municipality=municipality,
            settlement=settlement,
            posted_minutes=entry["posted"],
            importance=Importance(entry.get("importance") or Importance.NORMAL),
            acts=acts,
            state=state,
        )

    def _acts(self, entry: "_Entry") -> tuple[tuple[DemoAct, ...], State]:
        """The acts in the workflow's own words, and the state they lead to."""
        state, draft_kind = State.NEW, ""
        acts: list[DemoAct] = []
        for number, values in enumerate(entry["acts"], start=1):
            told = _Entry(entry.file, f"{entry.key}, act {number}", values)
            told.one_of("act", tuple(Act))
            act = self._act(told, entry, draft_kind)
            if acts and act.minutes <= acts[-1].minutes:
                raise told.error("not after the act before it")
            if act.minutes > 0:
                raise told.error("after the demo's now")
            step = find(state, act.act, act.variant)
            if step is None:
                raise told.error(f"{act.act} {act.variant} is not possible in state {state}")
            state = step.to
            draft_kind = act.variant if act.act is Act.SUBMIT else draft_kind
            acts.append(act)
        if not acts:
            raise entry.error("no acts")
        return tuple(acts), state

    def _act(self, told: "_Entry", message: "_Entry", draft_kind: str) -> DemoAct:
        act = Act(told["act"])
        variant, draft, reason = told.get("kind"), "", told.get("reason")
        if act in (Act.ROUTE, Act.REROUTE):
            told.one_of("agency", self._agencies)
            variant = LegKind.SINGLE
        elif act is Act.SUBMIT:
            told.one_of("kind", tuple(DraftKind))
            draft = message.text_of("drafts", told["draft"], told)
        elif act in _DRAFT_ACTS:
            variant = draft_kind
        if act is Act.REWORK:
            reason = message.text_of("remarks", told["remark"], told)
        return DemoAct(
            act=act,
            minutes=told["at"],
            variant=str(variant),
            agency=told.get("agency"),
            draft=draft,
            reason=reason,
            ground=told.get("ground"),
            link=told.get("link"),
            agreed_in_days=told.values.get("agreed_in_days"),
            other=told["other"] if act in _TO_ANOTHER else "",
            measures=told.get("measures"),
        )


@dataclass(frozen=True)
class _Entry:
    """One table of a file, that knows where it stands."""

    file: str
    key: str
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        if name not in self.values:
            raise self.error(f"{name} is missing")
        return self.values[name]

    def get(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def one_of(self, name: str, allowed: Any) -> None:
        if self[name] not in allowed:
            raise self.error(f"unknown {name} {self[name]!r}")

    def text_of(self, table: str, key: str, told: "_Entry") -> str:
        texts = self.values.get(table, {})
        if key not in texts:
            raise told.error(f"{key!r} is not among the {table}")
        return str(texts[key])

    def error(self, problem: str) -> DemoContentError:
        return DemoContentError(self.file, self.key, problem)

