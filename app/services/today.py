"""The day so far in three figures, for the desk's status bar."""

from app.services.day_figures import answer_share, count_answered, count_received, midnight, percent_of
from app.services.queries import visible
from app.services.views import Today
from app.services.workplace import Workplace


async def read_today(place: Workplace) -> Today:
    """What was received and answered since the region's midnight, by the measures' definitions.

    Told to a person only what they may see.
    """
    since = midnight(place.now(), place.rules().agency.zone)
    of = visible(place)
    async with place.database.read() as connection:
        return Today(
            detected=await count_received(connection, since, of),
            published=await count_answered(connection, since, of),
            in_time_percent=percent_of(await answer_share(connection, since, of)),
        )
