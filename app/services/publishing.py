"""Publication (п. 14): the approved text under every message of a card, each with its own link, time and proof.

What stands under some of the messages is recorded at once (the act «place»): the answer's clock of each message stops
at its own actual time. The act «publish» ends the step, when none is missing.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Approval, Case, Leg, Message, Publication, Source, new_uuid
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.errors import Refusal, Refused
from app.regulation.workflow import Act, DraftKind, State
from app.services import attachments
from app.services.acting import act
from app.services.attachments import FileRef
from app.services.formats import formats, has_own_links
from app.services.links import Link, recognise
from app.services.saving import Deed, Done, Work
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class PublicationRecord:
    """Where and when an answer was placed under a message (п. 14), with the picture that proves it.

    `message_id` None stands for the only message of a card. Elsewhere than on the same page the technical `reason`
    and a link to the author are needed.
    """

    link: str
    published_at: datetime
    same_page: bool = True
    reason: str = ""
    author_link: str = ""
    proof: FileRef | None = None
    message_id: int | None = None


class Published(Protocol):
    """A message as this module needs it: MessageView, or a row."""

    @property
    def id(self) -> int: ...

    @property
    def source_code(self) -> str: ...

    @property
    def link(self) -> str: ...


# ----- what a publication needs: asked by the dialog while it is filled in, and by the service


# Kinds of links that lead to somebody's page as a whole: no answer can be found by them.
_PAGES = ("page", "profile", "group", "channel", "playlist")


def link_of(text: str) -> Link | None:
    """The link in `text`, None where it is none."""
    try:
        return recognise(text)
    except Refused:
        return None


def refusal(
    record: PublicationRecord,
    message: Published,
    others: Sequence[tuple[str, bool]],
    not_before: datetime,
    now: datetime,
) -> Refusal | None:
    """What is missing or wrong in one publication, or None.

    `others` are the links of the card's other publications of the same text, with whether each is on the same page.
    """
    refused = requirements.publication(
        record.same_page, record.link, record.reason, record.author_link, record.published_at, not_before, now
    )
    if refused is None and record.proof is not None and not record.proof.is_picture:
        return Refusal("proof_not_picture", {"name": record.proof.name})
    return refused or _refused_by_link(record, message, others)


def _refused_by_link(
    record: PublicationRecord, message: Published, others: Sequence[tuple[str, bool]]
) -> Refusal | None:
    try:
        link = recognise(record.link)
    except Refused as error:
        return error.refusal
    if link.kind == "short":
        return Refusal("link_short", {"link": record.link.strip()})
    if link.kind in _PAGES and has_own_links(link.network):
        return Refusal("link_of_page", {"link": record.link.strip()})
    asked = link_of(message.link)
    if record.same_page and (refused := _refused_by_network(link, asked, message)):
        return refused
    asked_too = asked is not None and link.canonical_id == asked.canonical_id
    taken = {other.canonical_id for text, same_page in others if same_page and (other := link_of(text))}
    again = record.same_page and link.canonical_id in taken
    if has_own_links(link.network):
        return Refusal("link_of_message") if asked_too else Refusal("link_twice") if again else None
    # Where a comment has no link of its own, all answers of a topic share the topic's: a picture tells them apart.
    return Refusal("proof_missing", {"network": _name(link)}) if (asked_too or again) and not record.proof else None


def _refused_by_network(link: Link, asked: Link | None, message: Published) -> Refusal | None:
    """«На той же странице» is in the network of the message; what the message's own link says comes first."""
    network = asked.network if asked else message.source_code
    if network not in formats() and asked is None:
        return None  # a telephone call, a source that is no network: any page may be the same
    same_site = network != "blog" or asked is None or _host(link) == _host(asked)
    if link.network == network and same_site:
        return None
    expected = _name(asked) if asked else _known(network)
    return Refusal("link_of_other_network", {"found": _name(link), "expected": expected})


def _host(link: Link) -> str:
    return link.canonical_url.split("://", 1)[-1].split("/", 1)[0].removeprefix("www.")


def _name(link: Link) -> str:
    return _known(link.network) if link.network in formats() else _host(link)


def _known(network: str) -> str:
    return formats()[network].name


# ----- recording


async def publish(
    place: Workplace,
    case_id: int,
    version: int,
    kind: DraftKind,
    records: PublicationRecord | Sequence[PublicationRecord],
    act_id: str = "",
) -> Done:
    """Record where the approved text was placed, under some or all of the messages that miss it (п. 14).

    Clocks stop at the actual time of each placement; when it was recorded is kept beside it. The case goes on when
    no message is without it; until then it stays to be published, and what was recorded stays recorded.
    """
    given = (records,) if isinstance(records, PublicationRecord) else tuple(records)
    missing = await _missing(place, case_id)
    named = _named(given, missing)
    await attachments.store(place.database, [record.proof for record in given if record.proof])
    whole = missing <= named.keys()

    async def record(work: Work) -> None:
        await _record(work, named, whole)

    latest = max((r.published_at for r in given), default=None)
    deed = Deed(Act.PUBLISH if whole else Act.PLACE, kind, occurred_at=latest, act_id=act_id or new_uuid())
    return await act(place, case_id, version, deed, record)


def _named(given: Sequence[PublicationRecord], missing: Set[int]) -> dict[int, PublicationRecord]:
    """Records by the message each is of; one that names none is of the only message that misses it."""
    if not given and missing:
        raise Refused("link_missing")
    only = next(iter(missing)) if len(missing) == 1 else 0
    return {record.message_id or only: record for record in given}


async def _missing(place: Workplace, case_id: int) -> Set[int]:
    async with place.database.read() as connection:
        draft = select(Case.draft_uuid).where(Case.id == case_id).scalar_subquery()
        return {row.id for row in await _messages(connection, case_id, draft) if not row.is_placed}


async def _messages(connection: AsyncConnection, case_id: int, draft_uuid: Any) -> list[Any]:
    """The messages of a case with their source and whether the draft stands under each."""
    placed = select(Publication.id).where(Publication.message_id == Message.id, Publication.draft_uuid == draft_uuid)
    statement = (
        select(
            Message.id, Message.uuid, Message.link, Source.code.label("source_code"), placed.exists().label("is_placed")
        )
        .join(Source, Source.id == Message.source_id)
        .where(Message.case_id == case_id)
        .order_by(Message.id)
    )
    return list((await connection.execute(statement)).all())


async def _record(work: Work, named: Mapping[int, PublicationRecord], whole: bool) -> None:
    messages = await _messages(work.connection, work.case.id, work.case.draft_uuid)
    missing = {row.id: row for row in messages if not row.is_placed}
    if (missing.keys() == named.keys()) is not whole or not missing.keys() >= named.keys():
        raise Refused("placed_already")
    earlier = (await work.connection.execute(_of_this_draft(work))).all()
    await _check(work, named, missing, [(row.link, row.same_page) for row in earlier])
    rows = [_row(work, message_id, record) for message_id, record in named.items()]
    work.payload["publications"] = [
        await _store(work, row, missing[row["message_id"]].uuid, named[row["message_id"]].proof) for row in rows
    ]
    at = {missing[row["message_id"]].uuid: row["published_at"] for row in rows}
    work.facts = replace(work.facts, placed=at)
    if whole:
        # The step ends when the last of all was placed, also when that one was recorded before.
        work.at = max([work.at, *(row.published_at for row in earlier)])
        if work.row.to is State.ANSWERED:
            _end_leg(work)


def _of_this_draft(work: Work) -> Any:
    return select(Publication).where(
        Publication.case_id == work.case.id, Publication.draft_uuid == work.case.draft_uuid
    )


async def _check(
    work: Work, named: Mapping[int, PublicationRecord], missing: Mapping[int, Any], others: list[tuple[str, bool]]
) -> None:
    approved = select(Approval.decided_at).where(Approval.draft_uuid == work.case.draft_uuid)
    not_before = (await work.connection.execute(approved)).scalar_one()
    for message_id, record in named.items():
        refused = refusal(record, missing[message_id], others, not_before, work.recorded_at)
        if refused is not None:
            raise Refused(refused.code, **refused.params)
        others = [*others, (record.link, record.same_page)]


def _row(work: Work, message_id: int, record: PublicationRecord) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "message_id": message_id,
        "draft_uuid": work.case.draft_uuid,
        "same_page": record.same_page,
        "reason": "" if record.same_page else record.reason.strip(),
        "author_link": "" if record.same_page else record.author_link.strip(),
        "link": recognise(record.link).canonical_url,
        "salt": new_uuid(),
        "published_at": record.published_at.astimezone(UTC).replace(microsecond=0),
        "recorded_at": work.recorded_at,
    }


async def _store(work: Work, row: Mapping[str, Any], message: str, proof: FileRef | None) -> dict[str, Any]:
    """Add a publication; gives what the history keeps: facts as they are, texts and the proof as salted digests."""
    work.writes.add(Publication, dict(row))
    files = await attachments.attach(work, [proof] if proof else [], publication_uuid=row["uuid"])
    return {
        "uuid": row["uuid"],
        "message": message,
        "same_page": row["same_page"],
        "at": row["published_at"].isoformat(),
        "digest": link_hash(row["uuid"], [row["reason"]]),
        "links": links_digest(row["salt"], row["link"], row["author_link"]),
        "files": files,
    }


def links_digest(salt: str, link: str, author_link: str) -> str:
    """What the history keeps of a publication's links; of no use for guessing them once the salt is erased."""
    return link_hash(salt, [link, author_link])


def _end_leg(work: Work) -> None:
    work.writes.change(Leg, {"uuid": work.case.leg_uuid}, state="done", finished_at=work.at)
