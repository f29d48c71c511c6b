"""The page for the Governor as files: made in a process of its own, one page whatever was written."""

import io
import re

import pytest
from docx import Document

from app.regulation.errors import Refused
from app.resources import resource
from app.services.reports.governor import GovernorPaper
from app.texts.governor import values_of
from app.ui.papers.governor_pdf import pages
from app.ui.papers.making import make_papers, write
from app.ui.theme import FAMILY
from tests.services.reports.test_governor import PAPER

SENTENCE = "Третий день не вывозят мусор 😡, баки переполнены; <b>жирно</b> & всё. "


def paper(**changes):
    return GovernorPaper(**{name: getattr(PAPER, name) for name in GovernorPaper.__slots__} | changes)


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("times", [1, 80, 1000])
def test_the_page_is_one_whatever_was_written(qapp, times):
    long = paper(messages=(SENTENCE * times,) * 3, done=SENTENCE * times, agency="Очень длинное название " * 6)
    made = write(long, resource("templates/governor_case.docx").read_bytes())
    assert pages_of(made.pdf) == 1
    assert GovernorPaper.from_json(made.dataset).is_cut is (times > 1)
    document = Document(io.BytesIO(made.docx))
    assert pages(document, FAMILY) == 1


async def test_files_are_made_apart_from_the_window():
    made = await make_papers(PAPER, resource("templates/governor_case.docx").read_bytes())
    assert made.pdf.startswith(b"%PDF")
    assert GovernorPaper.from_json(made.dataset) == PAPER
    words = [cell.text for row in Document(io.BytesIO(made.docx)).tables[0].rows for cell in row.cells]
    assert values_of(PAPER)["place"] in words


async def test_a_broken_template_is_refused_by_the_other_process():
    with pytest.raises(Refused, match="template_damaged"):
        await make_papers(PAPER, b"no file")
