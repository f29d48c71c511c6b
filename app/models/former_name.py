"""Names that entries of the registers had before they were renamed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class FormerName(Base):
    """A name that the entry `subject` (a uuid) bore until `until`; erasable, unlike the journal that tells of it."""

    __tablename__ = "former_name"

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime]
