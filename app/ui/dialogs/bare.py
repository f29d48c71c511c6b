"""Choosing of nothing: where a register has no entry yet, that is said, and who can add one."""

from app.regulation.errors import Refusal
from app.services.views import Directories


def bare_registers(directories: Directories) -> dict[str, Refusal]:
    """By what would be missing ("topic_missing"): the register that has nothing to choose of it."""
    agencies = [each for each in directories.agencies if each.active]
    registers = {"topic": directories.topics, "location": directories.locations, "agency": agencies}
    return {f"{one}_missing": Refusal(f"{one}_register_bare") for one, entries in registers.items() if not entries}


def or_bare(refused: Refusal | None, directories: Directories) -> Refusal | None:
    """What is missing; that the register is empty, where nobody could choose it."""
    return bare_registers(directories).get(refused.code, refused) if refused is not None else None
