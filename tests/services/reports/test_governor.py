"""The page for the Governor as data and as Word: what it says, how it is cut, and what a template may not do."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.errors import Refused
from app.resources import resource
from app.services.reports.governor import GovernorPaper
from app.services.reports.governor_docx import check, fill, to_bytes
from app.services.reports.shortening import fit, shorten
from app.texts.governor import PLACEHOLDERS, surge_words, values_of

AT = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
PAPER = GovernorPaper(
    kind="case", region="Курская область", zone="Europe/Moscow", made_at=AT, number="46-2026-000017",
    title="Светофоры", topic="Дороги — Светофоры", place="Льгов", since=AT, messages=("Не работает светофор.",),
    state="drafting", agency="Комитет дорожного хозяйства", step="draft", due_at=AT,
)  # fmt: skip
SHIPPED = ("governor_case", "governor_episode")


def template(*paragraphs):
    document = Document()
    for paragraph in paragraphs:
        made = document.add_paragraph()
        for part in [paragraph] if isinstance(paragraph, str) else paragraph:
            made.add_run(part)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines(document):
    told = [paragraph.text for paragraph in document.paragraphs]
    return told + [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]


@pytest.mark.parametrize("code", SHIPPED)
def test_the_shipped_templates_know_only_what_is_documented(code):
    data = resource(f"templates/{code}.docx").read_bytes()
    check(data, PLACEHOLDERS)
    assert set(values_of(PAPER)) == set(PLACEHOLDERS)


def test_a_page_says_message_place_time_work_and_next_step_but_no_author():
    said = lines(fill(resource("templates/governor_case.docx").read_bytes(), values_of(PAPER)))
    for line in (
        "Номер | 46-2026-000017", "Место | Льгов", "Сообщение от | 24.11.2026 11:40",
        "Сообщение | «Не работает светофор.»", "Исполнитель | Комитет дорожного хозяйства", "Срок | 24.11.2026 11:40",
    ):  # fmt: skip
        assert line in said
    assert not any(line.startswith(("Автор", "Что делается")) for line in said)
    assert not any("{{" in line for line in said)


def test_a_placeholder_that_word_split_into_parts_is_found():
    said = lines(fill(template(["Место: {", "{pla", "ce}", "} и {{number}}"]), values_of(PAPER)))
    assert said == ["Место: Льгов и 46-2026-000017"]


def test_what_a_citizen_wrote_is_text_and_nothing_else():
    words = '{{number}} =HYPERLINK("x") { INCLUDETEXT "c:\\\\x" } <w:br/> \x0b\x00 😡' + "А" * 300
    paper = PAPER.from_json(PAPER.to_json().replace("Не работает светофор.", "X"))
    values = values_of(paper) | {"message": words}
    document = fill(template("{{message}}"), values)
    (said,) = lines(document)
    assert said.startswith('{{number}} =HYPERLINK("x") { INCLUDETEXT')
    assert "😡" in said
    assert lines(Document(io.BytesIO(to_bytes(document)))) == [said]
    assert "fldChar" not in document.element.xml


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (template("{{nummer}}"), "template_placeholder"),
        (template("{{number"), "template_broken"),
        (template("number}}"), "template_broken"),
        (b"", "template_damaged"),
        (b"PK\x03\x04 not a document", "template_damaged"),
        (b"0" * 2_000_001, "template_too_large"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(data, code):
    with pytest.raises(Refused, match=f"'{code}'"):
        check(data, PLACEHOLDERS)


def test_a_paper_comes_back_from_its_data_as_it_was():
    assert GovernorPaper.from_json(PAPER.to_json()) == PAPER


# ----- cutting


@given(st.text(min_size=0, max_size=600), st.integers(20, 300))
def test_a_shortened_text_is_no_longer_than_asked_and_begins_as_it_did(text, limit):
    cut = shorten(text, limit)
    assert len(cut) <= limit + 2
    assert cut == text or cut.endswith("…")
    assert text.startswith(cut.removesuffix("…").rstrip())


def test_a_text_is_cut_at_the_end_of_a_sentence():
    assert shorten("Раз. Два! Три — и ещё много слов без конца", 20) == "Раз. Два! …"


def test_a_page_is_cut_until_it_fits_and_says_so():
    long = GovernorPaper.from_json(PAPER.to_json())
    texts = ("Слово за слово. " * 200, "Короткое.")
    long = GovernorPaper(**{name: getattr(long, name) for name in GovernorPaper.__slots__} | {"messages": texts})
    fitting = fit(long, lambda paper: sum(map(len, paper.messages)) < 900)
    assert sum(map(len, fitting.messages)) < 900
    assert fitting.messages[1] == "Короткое."
    assert values_of(fitting)["cut"]
    assert not values_of(fit(PAPER, lambda paper: True))["cut"]


def test_a_page_that_never_fits_ends_all_the_same():
    assert len(fit(PAPER, lambda paper: False).messages) == 1


# ----- words


class Surge:
    topic, location, main_topic, main_location = "Уборка снега", "", "", "Фрунзенский район"
    count, hours, usual_low, usual_high = 17, 3, 2, 5


def test_a_surge_says_why():
    assert surge_words(Surge()) == "17 сообщений за 3 ч, обычно 2–5; в основном: Фрунзенский район"
