"""What a region settles for its desks beside the rules [ours]: which limits are soon over, how large a file may be,
how long it is known who wrote."""

from dataclasses import asdict, dataclass

from app.models import Meta
from app.models.database import Database
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.attachments import DAY_KEY, DAY_MB, LIMIT_KEY, LIMIT_MB
from app.services.changes import Change
from app.services.journal import check_duty
from app.services.queries import SOON_KEY, SOON_MINUTES
from app.services.retention import MONTHS_KEY
from app.services.settling import settle
from app.services.workplace import Workplace

# What may be settled: minutes, megabytes, months.
SOON_BETWEEN = (1, 240)
LIMIT_BETWEEN = (1, 200)
MONTHS_BETWEEN = (0, 240)
DAY_BETWEEN = (100, 100_000)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Minutes before a due time in which it is «скоро», the largest attachment in MB, after how many months from the
    closing of a case nobody can tell who wrote (152-ФЗ; 0 for never), and how many MB of files one person may store on
    a day at a server."""

    soon_minutes: int = SOON_MINUTES
    attachment_limit_mb: int = LIMIT_MB
    retention_months: int = 0
    day_mb: int = DAY_MB


async def refresh_settings(database: Database) -> DeskSettings:
    """The settings as they are now, perhaps settled at another desk; the database remembers them."""
    keys = (SOON_KEY, LIMIT_KEY, MONTHS_KEY, DAY_KEY)
    async with database.read() as connection:
        for row in await connection.execute(Meta.__table__.select().where(Meta.key.in_(keys))):
            database.meta[row.key] = row.value
    return read_settings(database)


def read_settings(database: Database) -> DeskSettings:
    """The settings as this program knows them."""
    meta = database.meta
    return DeskSettings(
        int(meta.get(SOON_KEY, SOON_MINUTES)), int(meta.get(LIMIT_KEY, LIMIT_MB)), int(meta.get(MONTHS_KEY, 0)),
        int(meta.get(DAY_KEY, DAY_MB)),
    )  # fmt: skip


async def set_settings(place: Workplace, settings: DeskSettings) -> None:
    """Settle them for every desk. Raises Refused: role_may_not, soon_out_of_range, file_limit_out_of_range,
    months_out_of_range."""
    check_duty(place, Duty.SET_RULES)
    for code, value, (least, most) in (
        ("soon_out_of_range", settings.soon_minutes, SOON_BETWEEN),
        ("file_limit_out_of_range", settings.attachment_limit_mb, LIMIT_BETWEEN),
        ("file_limit_out_of_range", settings.day_mb, DAY_BETWEEN),
        ("months_out_of_range", settings.retention_months, MONTHS_BETWEEN),
    ):
        if not least <= value <= most:
            raise Refused(code, value=value, least=least, most=most)
    values = {
        SOON_KEY: str(settings.soon_minutes),
        LIMIT_KEY: str(settings.attachment_limit_mb),
        MONTHS_KEY: str(settings.retention_months),
        DAY_KEY: str(settings.day_mb),
    }
    await settle(place, values, "desk_set", asdict(settings))
    place.feed.tell(Change(frozenset()))
