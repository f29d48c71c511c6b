"""A card of several messages, and small files of every kind, for tests of publication and attachments."""

import struct
import zlib

from sqlalchemy import insert, select

from app.models import Case, Message, Source, new_uuid


async def add_message(database, case_id, link, source="vk", text="И у нас то же самое"):
    """Put one more message into a collected case; detection then finds it."""
    async with database.write() as connection:
        first = (await connection.execute(select(Case).where(Case.id == case_id))).one()
        source_id = (await connection.execute(select(Source.id).where(Source.code == source))).scalar_one()
        uuid = new_uuid()
        values = {"uuid": uuid, "case_id": case_id, "source_id": source_id, "intake_key": uuid, "in_act": True}
        made = insert(Message).values(**values, text=text, link=link, collected_at=first.collected_at)
        return (await connection.execute(made.returning(Message.id))).scalar_one()


def png(width=8, height=6, shade=120):
    """A whole PNG picture."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([shade, 60, 200]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2mp41" + b"\0" * 64
PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
