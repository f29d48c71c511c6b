"""Refusals and faults as codes with parameters; app/texts turns them into sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule says no: a code and what a sentence needs to name it. A value, asked for before an act."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """Raised by a service when a rule refuses an act; carries the same `Refusal` the window would show."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.refusal = Refusal(code, params)

    def __reduce__(self) -> tuple[Any, ...]:
        """A refusal in another process arrives as what it was."""
        return partial(Refused, self.refusal.code, **self.refusal.params), ()
