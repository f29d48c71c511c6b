"""What a service may raise, for the screens that tell it to a person."""

from app.models.database import DatabaseUnavailable
from app.regulation.errors import Refused

__all__ = ["DatabaseUnavailable", "Refused"]
