"""Which program works at a database: the schema it knows and its workflow table; which programs may write there.

A database keeps the workflow table that acts go by and the oldest schema whose desks may go on beside it
(`min_client`), both written by the migration that brings them. A desk that was open meanwhile asks for them with each
act.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.regulation.errors import Refusal
from app.regulation.workflow import WORKFLOW_VERSION

HEAD = "0001"
# Raised by a migration after which a desk of an older schema would lose or spoil something.
MIN_CLIENT = "0001"


@dataclass(frozen=True, slots=True)
class Program:
    """The schema a program knows, the oldest that it lets go on beside it, and its workflow table."""

    schema: str = HEAD
    min_client: str = MIN_CLIENT
    workflow: str = WORKFLOW_VERSION

    @property
    def kept(self) -> dict[str, str]:
        """What the database keeps of the program that upgraded it last."""
        return {"workflow": self.workflow, "min_client": self.min_client}

    def refusal(self, kept: Mapping[str, str | None]) -> Refusal | None:
        """Why this program may only read a database that keeps `kept`, None where it may write."""
        if (needed := kept.get("min_client")) and needed > self.schema:
            return Refusal("program_older", {"needed": needed, "known": self.schema})
        if (workflow := kept.get("workflow")) and workflow != self.workflow:
            return Refusal("program_of_another_workflow")
        return None
