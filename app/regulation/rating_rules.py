"""What a region settles of its rating of agencies (п. 2): weights, threshold, red zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Component(StrEnum):
    """The four that п. 2 names."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    SPEED = "speed"
    COMPLETENESS = "completeness"


@dataclass(frozen=True, slots=True)
class RatingRules:
    """What a region settles in `[rating]`: fewer messages than `threshold` are not rated, a total below `red` points
    is the red zone, `prior` is how many cases of mean work are added to each agency's own."""

    clause: str | None = None
    threshold: int = 2
    red: int = 60
    prior: int = 10
    weights: Mapping[Component, int] = field(
        default_factory=lambda: MappingProxyType(dict.fromkeys(Component, 25))
    )
