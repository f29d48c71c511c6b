"""DOCX templates: places in one run or cut into several, lists, lines, and templates that cannot be used."""

from io import BytesIO

import pytest
from docx import Document

from app.regulation.errors import Refused
from app.services.documents import fill, template, write_document


@pytest.fixture
def source(tmp_path):
    """Makes a template: `source(build)` where `build(document)` writes into it."""

    def make(build):
        document = Document()
        build(document)
        document.save(str(tmp_path / "template.docx"))
        return tmp_path / "template.docx"

    return make


def paragraphs(data):
    return [paragraph.text for paragraph in Document(BytesIO(data)).paragraphs]


def test_a_place_is_filled_and_keeps_its_formatting(source):
    def build(document):
        paragraph = document.add_paragraph("От ")
        paragraph.add_run("{{na").bold = True
        paragraph.add_run("me}}")
        paragraph.add_run(", {{post}} и ещё {{name}}")

    data = fill(source(build), {"name": "Соколова", "post": "куратор"})

    paragraph = Document(BytesIO(data)).paragraphs[0]
    assert paragraph.text == "От Соколова, куратор и ещё Соколова"
    assert [run.text for run in paragraph.runs if run.bold] == ["Соколова"]


def test_braces_in_a_value_are_text_like_any_other(source):
    data = fill(source(lambda document: document.add_paragraph("{{a}} {{b}}")), {"a": "{{b}}", "b": "два"})
    assert paragraphs(data) == ["{{b}} два"]


def test_a_place_alone_becomes_a_paragraph_for_each_line(source):
    def build(document):
        document.add_paragraph("{{text}}", style="Quote")
        document.add_paragraph("Конец")

    data = fill(source(build), {"text": "Первое\r\n\nВторое\x00"})

    assert paragraphs(data) == ["Первое", "", "Второе", "Конец"]
    assert Document(BytesIO(data)).paragraphs[2].style.name == "Quote"


def test_rows_and_paragraphs_are_repeated_for_a_list(source):
    def build(document):
        table = document.add_table(2, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Номер", "{{title}}"
        table.cell(1, 0).text, table.cell(1, 1).text = "{{cases.number}}", "{{cases.what}} — {{title}}"
        document.add_paragraph("{{people.name}};")

    cases = [{"number": "1", "what": "поздно"}, {"number": "2", "what": "{{title}}"}]
    data = fill(source(build), {"title": "Что"}, {"cases": cases, "people": []})

    table = Document(BytesIO(data)).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows][:2] == [["Номер", "Что"], ["1", "поздно — Что"]]
    assert table.rows[2].cells[1].text == "{{title}} — Что"
    assert len(table.rows) == 3
    assert paragraphs(data) == []


def test_header_and_footer_are_filled(source):
    def build(document):
        document.sections[0].header.paragraphs[0].text = "{{region}}"
        document.sections[0].footer.paragraphs[0].text = "{{region}}"

    section = Document(BytesIO(fill(source(build), {"region": "Курская область"}))).sections[0]
    assert section.header.paragraphs[0].text == section.footer.paragraphs[0].text == "Курская область"


@pytest.mark.parametrize("place", ["{{nmae}}", "{{case.number}}", "{{cases.nmae}}", "{{cases.a}} {{others.b}}"])
def test_a_misspelt_place_is_named_with_those_that_are_known(source, place):
    path = source(lambda document: document.add_paragraph(place))
    with pytest.raises(Refused) as refused:
        fill(path, {"name": "1"}, {"cases": [{"number": "1"}]})
    assert refused.value.refusal.code == "template_place_unknown"
    assert refused.value.refusal.params["path"] == str(path)


def test_a_template_that_is_not_there_or_not_a_document_is_refused(tmp_path):
    (tmp_path / "text.docx").write_text("не архив")
    for name, code in [("none.docx", "file_missing"), ("text.docx", "template_unreadable")]:
        with pytest.raises(Refused) as refused:
            fill(tmp_path / name, {})
        assert refused.value.refusal.code == code


def test_the_regions_own_template_beats_the_shipped_one(tmp_path):
    assert template("memo.docx", tmp_path).parent.name == "templates"
    (tmp_path / "memo.docx").touch()
    assert template("memo.docx", tmp_path) == tmp_path / "memo.docx"


async def test_a_document_is_written_by_another_process(source, tmp_path):
    path = source(lambda document: document.add_paragraph("{{name}}"))
    await write_document(path, tmp_path / "made.docx", {"name": "Соколова"})
    assert paragraphs((tmp_path / "made.docx").read_bytes()) == ["Соколова"]


@pytest.mark.parametrize(
    ("target", "values", "code"),
    [("no/made.docx", {"name": "1"}, "file_unwritable"), ("made.docx", {}, "template_place_unknown")],
)
async def test_what_the_other_process_refuses_is_said_here(source, tmp_path, target, values, code):
    path = source(lambda document: document.add_paragraph("{{name}}"))
    with pytest.raises(Refused) as refused:
        await write_document(path, tmp_path / target, values)
    assert refused.value.refusal.code == code
