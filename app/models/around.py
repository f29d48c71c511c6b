"""What stands around a case and its rules depend on: its source, its agency and turn, the draft that waits."""

from typing import Any

from app.models.case import Case, Draft, Leg
from app.models.people import Agency, Person
from app.models.reference import Source

AROUND = (
    Source.in_act.label("source_in_act"),
    Source.kind.label("channel"),
    Agency.uuid.label("agency_uuid"),
    Leg.bound.label("leg_bound"),
    Leg.kind.label("leg_kind"),
    Draft.kind.label("draft_kind"),
    Person.uuid.label("draft_author"),
)


def around(query: Any) -> Any:
    """A select of cases joined with what AROUND reads."""
    return (
        query.join(Source, Source.id == Case.source_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .outerjoin(Leg, Leg.uuid == Case.leg_uuid)
        .outerjoin(Draft, Draft.uuid == Case.draft_uuid)
        .outerjoin(Person, Person.id == Draft.author_id)
    )
