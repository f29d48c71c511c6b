"""The author of a message after a request to them (п. 11): what they replied, or that they never did."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.models import Reply, new_uuid
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.workflow import Act, State
from app.services.acting import act
from app.services.casework import check, deed_of, end_legs
from app.services.correcting import forget_correction
from app.services.folding import fold
from app.services.saving import Done, Work
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """What the author wrote, where it stands, and when (None: when it is recorded)."""

    text: str
    link: str = ""
    replied_at: datetime | None = None


async def record_reply(place: Workplace, case_id: int, version: int, reply: ReplyRecord, act_id: str = "") -> Done:
    """Add the author's reply to the card (п. 11): the case wakes, `answer` and `draft` run as the regulation says.

    Clocks count from the recording, as a message's count from its detection; when it was written is kept beside.
    """
    check(requirements.draft(reply.text) or requirements.reply_link(reply.link))

    async def record(work: Work) -> None:
        replied_at = (reply.replied_at or work.at).astimezone(UTC).replace(microsecond=0)
        check(requirements.moment(replied_at, work.case.collected_at, work.recorded_at))
        row: dict[str, Any] = {
            "uuid": new_uuid(),
            "text": reply.text.strip().replace("\0", ""),
            "link": reply.link.strip(),
            "salt": new_uuid(),
            "replied_at": replied_at,
            "recorded_at": work.recorded_at,
            "recorded_by_id": work.place.person.id,
        }
        work.writes.add(Reply, row)
        if work.case.state == State.CORRECTING:
            await forget_correction(work)
        work.case_updates["folded"] = f"{work.case.folded} {fold(row['text'])}"
        digests = link_hash(row["uuid"], [row["text"]]), link_hash(row["salt"], [row["link"]])
        work.payload["reply"] = [row["uuid"], replied_at.isoformat(), *digests]

    return await act(place, case_id, version, deed_of(Act.REPLY_RECEIVED, act_id=act_id), record)


async def close_without_reply(place: Workplace, case_id: int, version: int, reason: str, act_id: str = "") -> Done:
    """Close a case whose author never answered the request [ours]; not before the limit that the region set."""

    async def record(work: Work) -> None:
        waiting = next((clock for clock in reversed(work.clocks) if clock.code == "await_author"), None)
        check(requirements.no_reply(waiting, work.at))
        end_legs(work, "done")

    return await act(place, case_id, version, deed_of(Act.CLOSE_WITHOUT_REPLY, note=reason, act_id=act_id), record)
