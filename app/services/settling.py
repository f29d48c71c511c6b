"""What a region settles for all its desks is kept as facts of the database, with an entry in the journal."""

from collections.abc import Mapping
from typing import Any

from app.services.journal import note_down
from app.services.workplace import Workplace


async def settle(place: Workplace, values: Mapping[str, str], entry: str, payload: Mapping[str, Any]) -> None:
    """Keep `values` and tell the journal `entry`, in one transaction; the database remembers them."""
    async with place.database.write() as connection:
        await place.database.keep(connection, values)
        await note_down(connection, place, place.database.meta["epoch"], entry, payload)
    place.database.meta.update(values)
