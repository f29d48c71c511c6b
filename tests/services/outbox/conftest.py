"""A network of the test's own, and a region connected to it."""

import pytest
import pytest_asyncio

from tests.helpers.connected import networks_at
from tests.helpers.network_server import NetworkServer


@pytest_asyncio.fixture
async def server():
    async with NetworkServer() as made:
        yield made


@pytest.fixture
def networks(server, tmp_path):
    return networks_at(server, tmp_path / "tokens")
