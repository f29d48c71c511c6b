"""kill -9 at any moment loses no saved act."""

from tests.helpers import kill


async def test_a_desk_killed_twenty_times_loses_no_saved_act(sqlite_url):
    desk, lost = await kill.run(sqlite_url, kills=20, seed=20)

    assert lost == []
    assert desk.kills == 20
    assert len(desk.acknowledged) >= 20
