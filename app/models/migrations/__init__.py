"""Schema versions: Alembic runs them inside the caller's transaction and re-installs the guards after."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.models import guards


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def known_versions() -> set[str]:
    """Every schema version this program can upgrade from."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the database to `version` within the transaction of `connection`, guards included."""
    config = _config()
    config.attributes["connection"] = connection
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        guards.postgres.prepare(connection)
        guards.postgres.wait_for_acts(connection)
    command.upgrade(config, version)
    guards.install(connection)
    if is_postgres:
        guards.postgres.finish(connection)
