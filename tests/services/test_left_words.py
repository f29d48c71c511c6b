"""Words left in a dialog: read back as they were, by whom and where they were typed, and not for ever."""

import os

from app.services.left_words import KEPT_SECONDS, LeftWords, words_key

KEY = words_key("epoch", "card", "rework", "person")
WORDS = {("remark", 0): "Ёлки\n«срок»", ("remark", 1): "ещё"}


async def test_words_are_read_back_by_their_own_key_alone(tmp_path):
    await LeftWords(tmp_path).keep(KEY, WORDS)

    store = LeftWords(tmp_path)
    assert await store.read(KEY) == WORDS
    for other in (("other", "card", "rework", "person"), ("epoch", "other", "rework", "person"),
                  ("epoch", "card", "approve", "person"), ("epoch", "card", "rework", "other")):  # fmt: skip
        assert await store.read(words_key(*other)) == {}


async def test_words_that_are_no_more_leave_no_file(tmp_path):
    store = LeftWords(tmp_path)
    await store.keep(KEY, WORDS)
    await store.keep(KEY, {})

    assert (await store.read(KEY), list(tmp_path.iterdir())) == ({}, [])


async def test_what_nobody_came_back_to_for_a_month_goes(tmp_path):
    store, old = LeftWords(tmp_path), words_key("epoch", "old card", "rework", "person")
    await store.keep(old, WORDS)
    (path,) = tmp_path.iterdir()
    long_ago = path.stat().st_mtime - KEPT_SECONDS - 60
    os.utime(path, (long_ago, long_ago))
    await store.keep(KEY, WORDS)

    assert (await store.read(old), await store.read(KEY)) == ({}, WORDS)


async def test_what_another_desk_swept_a_moment_ago_stops_nobody(tmp_path):
    (tmp_path / "swept.words").symlink_to(tmp_path / "gone")
    store = LeftWords(tmp_path)
    await store.keep(KEY, WORDS)

    assert await store.read(KEY) == WORDS


async def test_a_broken_file_is_told_without_its_words(tmp_path, caplog):
    store = LeftWords(tmp_path)
    await store.keep(KEY, WORDS)
    (path,) = tmp_path.iterdir()
    path.write_text('{"words": [["Ёлки"', encoding="utf-8")

    assert await store.read(KEY) == {}
    assert "cannot be read" in caplog.text
    assert "Ёлки" not in caplog.text
    caplog.clear()
