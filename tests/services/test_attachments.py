"""Files: taken in by their content, stored once, attached to drafts, read back whole, and refused in plain words."""

import errno
import hashlib
import os
import zipfile

import pytest
from sqlalchemy import func, select, text

from app.models import Blob
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import attachments, casework
from app.services.attachments import CHUNK, FileRef, store, take_bytes, take_in
from app.services.file_kinds import media_type_of, with_suffix_of
from app.services.file_reading import read_file
from app.services.verifying import verify
from app.texts.refusals import explain
from tests.helpers.many import MP4, PDF, png

LIMIT = 20 * 1024 * 1024
ANSWER = DraftKind.ANSWER


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (MP4, "video/mp4"),
        (b"\x1a\x45\xdf\xa3....webm", "video/webm"),
        (PDF, "application/pdf"),
        (b"MZ\x90\0program", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_content(head, kind):
    assert media_type_of(head) == kind


def test_office_documents_are_told_from_other_archives(tmp_path):
    for name, part in (("a.docx", "word/document.xml"), ("b.zip", "readme.txt")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(part, "x")
    kinds = [media_type_of((tmp_path / name).read_bytes(), tmp_path / name) for name in ("a.docx", "b.zip")]
    assert kinds[0].endswith("wordprocessingml.document")
    assert kinds[1] is None
    assert media_type_of(b"PK\x03\x04broken", written(tmp_path, "c.docx", b"PK\x03\x04broken")) is None


def test_a_name_cannot_pass_for_another_kind():
    assert with_suffix_of("фото.exe", "image/jpeg") == "фото.exe.jpg"
    assert with_suffix_of("фото.JPEG", "image/jpeg") == "фото.JPEG"


def test_a_file_is_copied_under_its_digest_with_progress(tmp_path):
    data = png() + b"\0" * (2 * CHUNK)
    shares = []
    taken = take_in(written(tmp_path, "снимок.png", data), tmp_path / "files", LIMIT, shares.append)

    assert taken.sha256 == hashlib.sha256(data).hexdigest()
    assert (taken.name, taken.media_type, taken.size_bytes) == ("снимок.png", "image/png", len(data))
    assert taken.path.read_bytes() == data
    assert shares[-1] == 1.0
    assert len(shares) == 3
    assert os.listdir(tmp_path / "files") == [taken.sha256]


def sparse(folder, size):
    path = folder / "ролик.mp4"
    with path.open("wb") as file:
        file.write(MP4)
        file.truncate(size)
    return path


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda f: sparse(f, 2 * 1024**3), "file_too_big", "«ролик.mp4» слишком велик: 2048 МБ, можно не больше 20"),
        (lambda f: written(f, "фото.png", b"just text"), "attachment_kind_unknown", "«фото.png» по содержанию"),
        (lambda f: written(f, "пусто.jpg", b""), "file_empty", "Файл «пусто.jpg» пуст."),
        (lambda f: f / "не было.jpg", "file_missing", "не было.jpg нет."),
        (lambda f: f, "file_is_folder", "— папка: выберите файл в ней."),
    ],
)
def test_bad_files_are_refused_in_plain_words(tmp_path, make, code, words):
    with pytest.raises(Refused) as refused:
        take_in(make(tmp_path), tmp_path / "files", LIMIT)

    assert refused.value.refusal.code == code
    assert words in explain(refused.value.refusal)
    assert not (tmp_path / "files").exists()


def test_a_file_too_big_is_told_by_its_size_before_a_byte_is_read(tmp_path, monkeypatch):
    path = sparse(tmp_path, 2 * 1024**3)
    monkeypatch.setattr(type(path), "open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(Refused, match="file_too_big"):
        take_in(path, tmp_path / "files", LIMIT)


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(attachments.os, "fsync", full)
    with pytest.raises(Refused, match="disk_full"):
        take_in(written(tmp_path, "a.png", png()), tmp_path / "files", LIMIT)
    assert os.listdir(tmp_path / "files") == []


def test_a_picture_from_the_clipboard_is_taken_in_alike(tmp_path):
    taken = take_bytes(png(), "Снимок", tmp_path, LIMIT)
    assert (taken.name, taken.path.read_bytes()) == ("Снимок.png", png())
    with pytest.raises(Refused, match="file_too_big"):
        take_bytes(png(), "Снимок", tmp_path, 10)


# ----- in the database


async def chunks(database):
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(Blob))).scalar()


async def test_a_content_is_stored_once_and_read_back_whole(desk, tmp_path):
    data = png() + b"\1" * (CHUNK + 5)
    file = take_in(written(tmp_path, "a.png", data), tmp_path / "files", LIMIT)
    for _ in range(2):
        await store(desk.database, [file])
    assert await chunks(desk.database) == 2

    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали", files=[file])
    attached = (await desk.card(case_id)).drafts[-1].attachments

    assert [(f.name, f.size_bytes, f.sha256) for f in attached] == [("a.png", len(data), file.sha256)]
    assert await read_file(desk.executor, attached[0].uuid) == data
    with pytest.raises(Refused, match=r"another_agency|file_erased"):  # PostgreSQL does not even show it
        await read_file(desk.lgov, attached[0].uuid)
    assert (await verify(desk.database)).findings == []


async def test_a_store_cut_short_is_gone_on_with(desk, tmp_path):
    data = png() + b"\2" * (2 * CHUNK)
    file = take_in(written(tmp_path, "a.png", data), tmp_path / "files", LIMIT)
    await store(desk.database, [file])
    async with desk.database.write() as connection:
        await connection.execute(text("DELETE FROM blob WHERE part = 1"))

    await store(desk.database, [file])

    assert await chunks(desk.database) == 3


async def test_a_content_that_vanished_or_changed_is_not_attached(desk, tmp_path):
    case_id = await desk.routed()
    file = take_in(written(tmp_path, "a.png", png()), tmp_path / "files", LIMIT)
    file.path.write_bytes(png(shade=9))
    with pytest.raises(Refused, match="file_gone"):
        await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали", files=[file])
    nowhere = FileRef("b.png", "image/png", 10, "0" * 64)
    with pytest.raises(Refused, match="file_gone"):
        await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали", files=[nowhere])
    assert (await desk.card(case_id)).drafts == ()


async def test_attachments_go_over_to_the_next_version(desk, tmp_path):
    file = take_in(written(tmp_path, "a.png", png()), tmp_path / "files", LIMIT)
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали", files=[file])
    await desk.act(casework.send_to_rework, desk.curator, case_id, ANSWER, "Когда?")
    old = (await desk.card(case_id)).drafts[-1].attachments[0]
    carried = FileRef(old.name, old.media_type, old.size_bytes, old.sha256, old.preview)

    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали вчера", files=[carried])

    drafts = (await desk.card(case_id)).drafts
    assert [[f.sha256 for f in draft.attachments] for draft in drafts] == [[file.sha256]] * 2
    assert await chunks(desk.database) == 1
    assert (await verify(desk.database)).findings == []


TAMPERED = [
    ("UPDATE attachment SET name = 'другое.png'", "file_differs"),
    ("UPDATE blob SET data = :other", "content_differs"),
    ("UPDATE attachment SET sha256 = 'f'", "file_differs"),
    ("UPDATE attachment SET uuid = 'x'", "file_unrecorded"),
]


@pytest.mark.parametrize(("statement", "code"), TAMPERED)
async def test_a_changed_attachment_is_found(desk, tmp_path, statement, code):
    file = take_in(written(tmp_path, "a.png", png()), tmp_path / "files", LIMIT)
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали", files=[file])
    uuid = (await desk.card(case_id)).drafts[-1].attachments[0].uuid
    async with desk.database.write() as connection:
        values = {"other": png(shade=1)} if ":other" in statement else {}
        assert (await connection.execute(text(statement), values)).rowcount == 1

    assert code in [finding.code for finding in (await verify(desk.database)).findings]
    if code == "content_differs":
        with pytest.raises(Refused, match="attachment_damaged"):
            await read_file(desk.curator, uuid)


async def test_an_erased_attachment_is_no_finding(desk, tmp_path):
    file = take_in(written(tmp_path, "a.png", png()), tmp_path / "files", LIMIT)
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали", files=[file])
    uuid = (await desk.card(case_id)).drafts[-1].attachments[0].uuid
    async with desk.database.write() as connection:
        await connection.execute(text("DELETE FROM attachment"))
        await connection.execute(text("DELETE FROM blob"))

    assert (await verify(desk.database)).findings == []
    with pytest.raises(Refused, match="file_erased"):
        await read_file(desk.curator, uuid)


async def test_the_limit_is_the_regions(desk):
    assert attachments.limit_bytes(desk.database) == LIMIT
    await desk.database.set_meta(attachments.LIMIT_KEY, "5")
    assert attachments.limit_bytes(desk.database) == 5 * 1024 * 1024
