"""Contents in the database: by their sha256, in chunks of one size, stored once however many things hold them."""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Blob
from app.models.database import Database

# One size for all: two cuttings of one content under one address would be a damaged content.
CHUNK = 1024 * 1024


async def put_chunk(connection: AsyncConnection, database: Database, sha256: str, part: int, data: bytes) -> None:
    """Store one chunk. Two desks may store the same content at once: whoever comes second finds it there."""
    row = database.insert(Blob).values(sha256=sha256, part=part, data=data).on_conflict_do_nothing()
    await connection.execute(row)


async def put(connection: AsyncConnection, database: Database, data: bytes) -> str:
    """Store a whole content within the caller's transaction; gives its sha256 (hex), "" for none."""
    if not data:
        return ""
    sha256 = hashlib.sha256(data).hexdigest()
    for part, begin in enumerate(range(0, len(data), CHUNK)):
        await put_chunk(connection, database, sha256, part, data[begin : begin + CHUNK])
    return sha256


async def chunks_there(connection: AsyncConnection, sha256: str) -> list[int]:
    """The numbers of the chunks of a content that are stored, in order; empty where it was erased."""
    query = select(Blob.part).where(Blob.sha256 == sha256).order_by(Blob.part)
    return list((await connection.execute(query)).scalars())


async def size_of(connection: AsyncConnection, database: Database, sha256: str) -> int:
    """How many bytes of a content are stored. PostgreSQL tells it also to a person who may not read the content."""
    if not database.is_sqlite:
        return int((await connection.execute(select(func.guard.blob_size(sha256)))).scalar_one())
    stored = select(func.coalesce(func.sum(func.length(Blob.data)), 0)).where(Blob.sha256 == sha256)
    return int((await connection.execute(stored)).scalar_one())


async def read(connection: AsyncConnection, sha256: str) -> bytes:
    """What is stored under an address; whoever needs it whole compares its digest."""
    query = select(Blob.data).where(Blob.sha256 == sha256).order_by(Blob.part)
    return b"".join((await connection.execute(query)).scalars())


async def digest_of(connection: AsyncConnection, sha256: str) -> str:
    """The sha256 (hex) of what is stored; a chunk at a time, for a video need not fit into memory."""
    digest = hashlib.sha256()
    for part in await chunks_there(connection, sha256):
        chunk = select(Blob.data).where(Blob.sha256 == sha256, Blob.part == part)
        digest.update((await connection.execute(chunk)).scalar_one())
    return digest.hexdigest()
