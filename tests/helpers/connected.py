"""Connections of a region whose networks are a server of the test's own."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from app.models import Connector, Source
from app.services.networks.connectors import ConnectorFacts, add_connector
from app.services.networks.opening import Networks
from app.services.networks.secrets import SecretStore
from tests.helpers.network_server import Sleeps

ORIGINS = ("https://api.vk.com", "https://lp.vk.com", "https://api.telegram.org", "https://www.googleapis.com",
           "https://oauth2.googleapis.com", "https://api.ok.ru", "https://platform-api2.max.ru",
           "https://pu.vk.com", "https://iu.mycdn.me", "https://iu.oneme.ru", "https://blog.example.ru")  # fmt: skip
FRESH = datetime.fromtimestamp(1_790_000_400, UTC)  # a little after the documented answers
TOKENS = {
    "vk": {"group_token": "GROUP", "service_token": "SERVICE"},
    "telegram": {"bot_token": "TOKEN"},
    "youtube": {"api_key": "K", "client_id": "i", "client_secret": "s", "refresh_token": "r"},
    "ok": {"access_token": "T", "application_secret": "S"},
    "max": {"bot_token": "T"},
}


def networks_at(server, folder):
    """Networks that are `server`, with tokens in a file and no waiting."""
    return Networks(SecretStore(folder, keyring=False), dict.fromkeys(ORIGINS, server.origin), Sleeps(), lambda: 0)


async def automatic(database, *codes):
    """Set sources to be read by the program."""
    async with database.write() as connection:
        await connection.execute(update(Source).where(Source.code.in_(codes)).values(mode="automatic"))


async def connection(admin, networks, network, **settings):
    """A connection of `network`, its source automatic; gives the id."""
    await automatic(admin.database, network if network != "feed" else "forum")
    facts = ConnectorFacts(network, f"Подключение {network}", settings)
    return await add_connector(admin, networks.secrets, facts, TOKENS.get(network, {}))


async def row_of(database, connector_id):
    async with database.read() as read:
        return (await read.execute(select(Connector).where(Connector.id == connector_id))).one()
