"""Contents by their address: whoever stores the same one, it is cut alike and comes back whole."""

import hashlib

from app.services import blobs
from app.services.attachments import store, take_bytes
from tests.helpers.many import png

# Two whole chunks: cut into pieces of another size there would be a third, which is of no other cutting.
DATA = png().ljust(2 * blobs.CHUNK, b"\3")


async def stored(desk, sha256):
    async with desk.database.read() as connection:
        return await blobs.read(connection, sha256), await blobs.digest_of(connection, sha256)


async def put(desk, data):
    async with desk.database.write() as connection:
        return await blobs.put(connection, desk.database, data)


async def test_a_content_handed_over_and_attached_is_one_and_whole(desk, tmp_path):
    file = take_bytes(DATA, "снимок.png", tmp_path, len(DATA))
    await store(desk.database, [file])
    sha256 = await put(desk, DATA)

    assert sha256 == file.sha256 == hashlib.sha256(DATA).hexdigest()
    assert await stored(desk, sha256) == (DATA, sha256)

    await store(desk.database, [file])
    assert await stored(desk, sha256) == (DATA, sha256)


async def test_no_content_has_no_address(desk):
    assert await put(desk, b"") == ""
    async with desk.database.read() as connection:
        assert await blobs.chunks_there(connection, "0" * 64) == []
