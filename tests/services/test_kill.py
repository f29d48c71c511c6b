"""kill -9 at any moment loses no saved act."""

import asyncio
import shutil

from tests.helpers import kill


async def test_a_desk_killed_twenty_times_loses_no_saved_act(sqlite_template, tmp_path):
    urls = []
    for name in ("one.db", "two.db"):  # two files side by side: the test is short on two cores
        shutil.copy(sqlite_template, tmp_path / name)
        urls.append(f"sqlite+aiosqlite:///{tmp_path / name}")

    runs = await asyncio.gather(*(kill.run(url, kills=10, seed=seed) for seed, url in enumerate(urls)))

    assert [lost for _, lost in runs] == [[], []]
    assert sum(desk.kills for desk, _ in runs) == 20
    assert sum(len(desk.acknowledged) for desk, _ in runs) >= 20
