"""What all tables share: key types, UTC time, UUIDv7, naming of constraints."""

import os
import time
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Identity, Integer, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Sorts after every real due time; queues are one index scan and keyset paging never meets NULL.
FAR_FUTURE = datetime(9999, 12, 31, tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out, whole seconds; a naive datetime is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime refused: {value!r}")
        value = value.astimezone(UTC).replace(microsecond=0)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite's text in one step, as below: an import binds a million instants."""
        return _write_instant if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite's text in one step: a queue holds a thousand instants, and the usual way took twice as long."""
        return _read_instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=1024)
def _write_instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime refused: {value!r}")
    return f"{value.astimezone(UTC).replace(microsecond=0, tzinfo=None)}.000000"


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def moment(told: str | None) -> Any:
    """An instant as either engine writes it into JSON: PostgreSQL with its zone, SQLite in UTC without."""
    if told is None:
        return None
    at = datetime.fromisoformat(told)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def day(told: str | None) -> date | None:
    """A day as JSON writes it."""
    return date.fromisoformat(told) if told else None


# SQLite numbers rows itself only for INTEGER keys; PostgreSQL gets a BIGINT identity.
_KEY = BigInteger().with_variant(Integer(), "sqlite")
Key = Annotated[int, mapped_column(_KEY, Identity(always=False), primary_key=True)]
Uuid7 = Annotated[str, mapped_column(String(36), unique=True, default=lambda: new_uuid())]


class Base(DeclarativeBase):
    """Parent of all tables; constraint names are fixed, so that migrations are reproducible."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), int: _KEY}


def new_uuid() -> str:
    """A UUIDv7 (RFC 9562): sortable by time of making, unguessable in the rest."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (random_bits >> 64 & 0xFFF) << 64
    digits = f"{value | 0b10 << 62 | random_bits & (1 << 62) - 1:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
