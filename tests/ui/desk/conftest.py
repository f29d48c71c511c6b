import pytest_asyncio

from tests.helpers.windows import open_desk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()
