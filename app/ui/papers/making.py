"""Making the page for the Governor in a process of its own: a window that asked for it goes on being quick."""

import asyncio
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from app.services.governor import Papers
from app.services.reports.governor import GovernorPaper
from app.texts import language


async def make_papers(paper: GovernorPaper, template: bytes) -> Papers:
    """The page as DOCX and PDF, one page long, with the data it was made from.

    Raises Refused: template_damaged, template_placeholder, template_broken.
    """
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        return await asyncio.wrap_future(pool.submit(_make, paper, template, language()))
    finally:
        pool.shutdown(wait=False)


def _make(paper: GovernorPaper, template: bytes, speak: str) -> Papers:
    from PySide6.QtGui import QGuiApplication  # all of this is for the other process

    from app.texts import use_language

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication.instance() or QGuiApplication(["cur-desk"])
    use_language(speak)
    try:
        return write(paper, template)
    finally:
        del app


def write(paper: GovernorPaper, template: bytes) -> Papers:
    """The same here and now; a QGuiApplication must be there."""
    from app.services.reports.governor_docx import fill, to_bytes
    from app.services.reports.shortening import fit
    from app.texts.governor import values_of
    from app.ui.papers.governor_pdf import draw, pages
    from app.ui.theme import FAMILY, add_fonts

    add_fonts()
    fitting = fit(paper, lambda tried: pages(fill(template, values_of(tried)), FAMILY) <= 1)
    document = fill(template, values_of(fitting))
    return Papers(fitting.to_json(), to_bytes(document), draw(document, FAMILY))
