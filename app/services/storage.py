"""The database as the window holds it: to open, to sit down at, to close, and to say that it does not answer."""

from app.models.database import Database, DatabaseUnavailable

__all__ = ["Database", "DatabaseUnavailable"]
