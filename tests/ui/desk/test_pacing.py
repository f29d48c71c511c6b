"""Work that many causes ask for is done at once the first time, and the more seldom the longer it takes."""

import asyncio

import pytest

from app.ui.desk.pacing import SPREAD_SECONDS, Paced
from app.ui.tasks import TaskScope
from tests.helpers.qt import until

TAKES = 0.05


@pytest.mark.parametrize(("most", "earliest", "latest"), [(60.0, 3.5, 60.0), (0.2, 0.0, SPREAD_SECONDS)])
async def test_what_takes_long_waits_longer_before_it_is_done_again(most, earliest, latest):
    done, loop = [], asyncio.get_running_loop()

    async def work():
        begun = loop.time()
        await asyncio.sleep(TAKES)
        done.append(begun)

    scope = TaskScope(lambda _, error: pytest.fail(repr(error)))
    paced = Paced(scope, "counts", work, 0.0, (0.1, most))
    paced.want()
    await until(lambda: done)
    await until(lambda: not paced.is_running)

    paced.want_later()

    assert earliest <= paced.due_at - done[0]
    assert paced.due_at - loop.time() <= latest
    await scope.aclose()
