"""What a region settles for its desks: checked, told in the journal, and counted with at once."""

import pytest

from app.regulation.errors import Refused
from app.services import counting, queries
from app.services.attachments import limit_bytes
from app.services.desk_settings import DeskSettings, read_settings, refresh_settings, set_settings
from app.services.journal import read_journal
from app.services.selection import Selection
from app.services.verifying import verify


async def test_a_limit_is_soon_over_as_early_as_the_region_settled(desk):
    await desk.entered()  # half an hour to send it on
    assert (await counting.count_queues(desk.curator)).soon == 0
    await set_settings(desk.admin, DeskSettings(soon_minutes=45, attachment_limit_mb=5))

    counts = await counting.count_queues(desk.curator)
    assert (counts.soon, counts.soon_minutes) == (1, 45)
    assert [row.number for row in await queries.list_queue(desk.curator, Selection(queries.RUNNING_OUT))]
    assert limit_bytes(desk.database) == 5 * 1024 * 1024
    (entry,) = await read_journal(desk.admin, desk.database.meta["epoch"])
    told = {"soon_minutes": 45, "attachment_limit_mb": 5, "retention_months": 0, "day_mb": 2048}
    assert (entry.entry, entry.payload) == ("desk_set", told)
    assert (await verify(desk.database)).findings == []


async def test_another_desk_takes_it_up(desk):
    await set_settings(desk.admin, DeskSettings(30, 10))
    desk.database.meta.pop(queries.SOON_KEY)
    assert read_settings(desk.database).soon_minutes == queries.SOON_MINUTES

    assert await refresh_settings(desk.database) == DeskSettings(30, 10) == read_settings(desk.database)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (DeskSettings(0, 20), "soon_out_of_range"),
        (DeskSettings(241, 20), "soon_out_of_range"),
        (DeskSettings(15, 0), "file_limit_out_of_range"),
        (DeskSettings(15, 201), "file_limit_out_of_range"),
        (DeskSettings(15, 20, 241), "months_out_of_range"),
    ],
)
async def test_what_does_not_fit_is_refused(desk, settings, code):
    with pytest.raises(Refused, match=code):
        await set_settings(desk.admin, settings)
    with pytest.raises(Refused, match="role_may_not"):
        await set_settings(desk.curator, DeskSettings())
    assert read_settings(desk.database) == DeskSettings()
