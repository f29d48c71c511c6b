"""A workbook that is given up half way is silent about it, and leaves nothing behind."""

import gc
import tempfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet import _writer

from app.services.reports import long_lists
from app.services.workbooks import streamed


@pytest.fixture
def complaints(monkeypatch):
    """What Python would print of errors nobody could catch."""
    heard = []
    monkeypatch.setattr("sys.unraisablehook", lambda told: heard.append(repr(told.exc_value)))
    return heard


def fill(book):
    for name in ("Один", "Два"):
        book.create_sheet(name).append(["яма", 1])


def test_rows_are_read_back(tmp_path):
    with streamed(tmp_path / "a.xlsx") as book:
        fill(book)

    read = load_workbook(tmp_path / "a.xlsx")
    assert [[cell.value for cell in sheet[1]] for sheet in read] == [["яма", 1]] * 2


def give_up(path, cut_by):
    with streamed(path) as book:
        fill(book)
        raise cut_by


@pytest.mark.parametrize("cut_by", [OSError, KeyboardInterrupt])
def test_a_book_that_is_given_up_half_way_is_silent(tmp_path, complaints, cut_by):
    before = len(_writer.ALL_TEMP_FILES)
    with pytest.raises(cut_by):
        give_up(tmp_path / "a.xlsx", cut_by)
    gc.collect()

    assert complaints == []
    assert (list(tmp_path.iterdir()), len(_writer.ALL_TEMP_FILES)) == ([], before)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is needed")
def test_a_full_disk_is_told_once_by_what_is_raised(complaints):
    with pytest.raises(OSError, match="No space left"), streamed(Path("/dev/full")) as book:
        fill(book)
    whole = Workbook()
    with pytest.raises(OSError, match="No space left"):
        long_lists.save(whole, Path("/dev/full"), {})
    del book, whole
    gc.collect()

    assert complaints == []


def test_a_place_that_is_not_there_is_told_once(complaints):
    with pytest.raises(FileNotFoundError), streamed(Path(tempfile.gettempdir()) / "no" / "such.xlsx") as book:
        fill(book)
    del book
    gc.collect()

    assert complaints == []
