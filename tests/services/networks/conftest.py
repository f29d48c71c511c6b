"""Servers that stand for the networks, and adapters connected to them."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest_asyncio

from tests.helpers.network_server import NetworkServer, connected

NOW = datetime.fromtimestamp(1_790_000_400, UTC)  # a little after the documented answers


@pytest_asyncio.fixture
async def server():
    async with NetworkServer() as made:
        yield made


@pytest_asyncio.fixture
async def stack():
    async with AsyncExitStack() as made:
        yield made


@pytest_asyncio.fixture
async def connect(server, stack):
    """`await connect(VkAdapter, ["https://api.vk.com"], settings, secrets)`."""

    async def make(maker, origins, settings, secrets):
        return await connected(stack, server, maker, origins, settings, secrets, NOW)

    return make
