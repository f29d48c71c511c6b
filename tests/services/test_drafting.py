"""A typed draft survives: written whole or not at all, read back as it was, a broken file set aside."""

import asyncio
import os
from datetime import UTC, datetime

import pytest

from app.services.drafting import DraftKey, DraftStore, TypedDraft

KEY = DraftKey("epoch", "leg", "person")
AT = datetime(2026, 11, 24, 8, 2, tzinfo=UTC)


def draft(text):
    return TypedDraft(text, "answer", AT)


async def test_what_was_kept_is_read_back(tmp_path):
    store = DraftStore(tmp_path / "drafts")
    text = "Здравствуйте!\n«Ёлки» 😀 \u2028 <b>"

    await store.keep(KEY, draft(text))

    assert await DraftStore(tmp_path / "drafts").read(KEY) == draft(text)
    assert await store.read(DraftKey("epoch", "leg", "another")) is None


async def test_a_draft_of_another_database_is_another_draft(tmp_path):
    store = DraftStore(tmp_path)
    await store.keep(KEY, draft("первый"))

    assert await store.read(DraftKey("another epoch", "leg", "person")) is None


async def test_the_last_of_many_writes_wins(tmp_path):
    store = DraftStore(tmp_path)
    await asyncio.gather(*(store.keep(KEY, draft(str(number))) for number in range(20)))

    assert (await store.read(KEY)).text == "19"


async def test_a_write_that_fails_leaves_the_old_draft_whole(tmp_path, monkeypatch):
    store = DraftStore(tmp_path)
    await store.keep(KEY, draft("старый текст"))

    def full_disk(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        await store.keep(KEY, draft("новый текст"))

    assert (await store.read(KEY)).text == "старый текст"


async def test_forgetting_twice_is_no_error(tmp_path):
    store = DraftStore(tmp_path)
    await store.keep(KEY, draft("текст"))

    await store.forget(KEY)
    await store.forget(KEY)

    assert await store.read(KEY) is None


@pytest.mark.expected_log("cannot be read and is set aside")
@pytest.mark.parametrize("content", ["", "{", '{"text": "x"}', "[]"])
async def test_a_broken_file_is_set_aside_not_deleted(tmp_path, content):
    store = DraftStore(tmp_path)
    (tmp_path / KEY.file_name).write_text(content, encoding="utf-8")

    assert await store.read(KEY) is None

    assert [path.suffix for path in tmp_path.iterdir()] == [".broken"]
    await store.keep(KEY, draft("дальше"))
    assert (await store.read(KEY)).text == "дальше"
