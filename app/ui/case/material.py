"""What must be read before an act's dialog can be shown: one reading an act, nothing for most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.regulation.errors import Refused
from app.regulation.workflow import Act
from app.services import handing_over
from app.services.directories import read_directories
from app.services.drafting import TypedDraft
from app.services.governor import Reporting, read_reporting
from app.services.guidance import ModelAnswer, model_answers
from app.services.handing_over import Colleague
from app.services.kin import Kin, KinOffer, find_kin, offer_kin
from app.services.like_answers import count_alike
from app.services.outbox.ordering import Way, ways
from app.services.suggesting.advising import NOTHING, AgenciesFor, Suggestions, advisor_of
from app.services.views import CaseCard, Directories
from app.services.workplace import Workplace

_CHOOSING = (Act.ROUTE, Act.REROUTE, Act.AMEND, Act.RETURN, Act.ORDER)
_SENDING = (Act.ROUTE, Act.REROUTE)
_RELATING = (Act.MARK_REPEAT, Act.MERGE, Act.ADD_MESSAGES)


@dataclass(frozen=True, slots=True)
class Material:
    """The directories to choose from, cards that are alike, who is reported to, the text typed before, colleagues,
    model answers of the topic, what is suggested for sending (also for another topic and place) and the cards that are
    alike, how the program may send
    the answer, how many answers said the same lately."""

    directories: Directories | None = None
    kin: KinOffer | None = None
    reporting: Reporting | None = None
    typed: TypedDraft | None = None
    models: Sequence[ModelAnswer] = ()
    people: tuple[Colleague, ...] = ()
    suggestions: Suggestions = NOTHING
    agencies_for: AgenciesFor | None = None
    alike: tuple[Kin, ...] = ()
    ways: Mapping[int, Way] = field(default_factory=dict)
    like_answers: int = 0


async def read_material(place: Workplace, card: CaseCard, act: Act) -> Material:
    """Read what the dialog of `act` shows beside the card; `typed` is not of the database. Raises
    DatabaseUnavailable."""
    directories = await read_directories(place) if act in _CHOOSING else None
    sending = act in _SENDING and directories is not None
    advisor = advisor_of(place)
    return Material(
        directories=directories,
        suggestions=advisor.suggest(card, directories) if sending and directories else NOTHING,
        agencies_for=partial(advisor.suggest_agencies, card, directories) if sending and directories else None,
        alike=await find_kin(place, card) if sending else (),
        kin=await offer_kin(place, card) if act in _RELATING else None,
        reporting=await read_reporting(place) if act is Act.REPORT_GOVERNOR else None,
        models=await _models(place, card) if act is Act.SUBMIT else (),
        people=await _colleagues(place, card, act),
        ways=await ways(place, card.id) if act is Act.PUBLISH else {},
        like_answers=await count_alike(place, card.draft.text, card.id) if act is Act.APPROVE and card.draft else 0,
    )


async def _models(place: Workplace, card: CaseCard) -> list[ModelAnswer]:
    """Model answers for the card's topic; without them a draft is written all the same."""
    try:
        return await model_answers(place, card.topic_id)
    except Refused:
        return []


async def _colleagues(place: Workplace, card: CaseCard, act: Act) -> tuple[Colleague, ...]:
    """Whom this act could give the work to; nobody for other acts."""
    if act is Act.HAND_OVER:
        return await handing_over.list_curators(place)
    if act is Act.ASSIGN and card.agency_id is not None:
        return await handing_over.list_executors(place, card.agency_id)
    return ()
