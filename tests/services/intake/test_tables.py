"""Files are opened by their content; what cannot be read is named, never guessed."""

import os
import re
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from app.services.intake import csv_file, shared_strings, tables
from app.services.intake.shared_strings import read_strings
from app.services.intake.sheets import find_header
from app.services.intake.tables import SURPLUS, Sheet, TableError, open_table
from tests.benchmarks.bench_intake import write_xlsx

SAMPLES = Path(__file__).parents[2] / "data" / "intake"


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def rows(path: Path) -> list[tuple[int, dict]]:
    with open_table(path) as table:
        return [row for sheet in table.sheets for row in sheet.rows()]


def error_of(path: Path) -> TableError:
    with pytest.raises(TableError) as caught:
        rows(path)
    return caught.value


def workbook(folder: Path, sheets: dict[str, list[list]], name: str = "export.xlsx") -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, records in sheets.items():
        sheet = book.create_sheet(title)
        for record in records:
            sheet.append(record)
    book.save(folder / name)
    return folder / name


def repack(path: Path, **replaced: bytes) -> Path:
    """A copy of a workbook with parts replaced; the part's name is given with "__" for "/" and "_" for "."."""
    copy = path.with_name("copy.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            key = entry.replace("/", "__").replace(".", "_")
            target.writestr(entry, replaced.get(key, source.read(entry)))
    return copy


def test_a_quoted_cell_of_several_lines_is_one_row():
    read = rows(SAMPLES / "kursk_shape.csv")

    assert [number for number, _ in read] == [2, 3, 4, 5, 6]
    assert read[0][1]["text"].endswith("страшно 😟")


@pytest.mark.parametrize(
    ("name", "encoding_shows"),
    [
        ("incident_management.csv", "Здравствуйте"),
        ("medialogia_cp1251.csv", "Школьная"),
        ("brand_analytics.csv", "Садовая"),
    ],
)
def test_encodings_and_delimiters_are_found_by_content(name, encoding_shows):
    values = [str(value) for value in rows(SAMPLES / name)[0][1].values()]

    assert any(value.startswith(encoding_shows) for value in values)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_encoding_with_every_delimiter(tmp_path, encoding, delimiter):
    path = write(tmp_path, f"Номер{delimiter}Текст\n5{delimiter}Не горит фонарь у школы\n", encoding)

    assert rows(path) == [(2, {"Номер": "5", "Текст": "Не горит фонарь у школы"})]


def test_the_bytes_after_a_long_sample_decide_between_encodings(tmp_path):
    ascii_rows = "1;abc\n" * 400_000
    path = write(tmp_path, f"id;text\n{ascii_rows}2;Ёлка упала\n")

    assert rows(path)[-1][1]["text"] == "Ёлка упала"


def test_cover_rows_and_empty_rows_are_passed_over(tmp_path):
    cover = "Отчёт о сообщениях;;\nза сентябрь 2026;;\n\nТекст готовил отдел;;\n"
    path = write(tmp_path, f"{cover}№;Дата;Сообщение\n1;21.09.2026;Яма на Ленина\n;;\n2;22.09.2026;Нет воды\n")

    assert [number for number, _ in rows(path)] == [6, 8]


def test_a_table_of_one_column_is_a_table(tmp_path):
    assert rows(write(tmp_path, "Текст\nНет света\n")) == [(2, {"Текст": "Нет света"})]


def test_a_header_met_twice_keeps_both_columns(tmp_path):
    path = write(tmp_path, "id;text;id\n1;Яма;первый\n")

    assert rows(path)[0][1] == {"id": "1", "text": "Яма", "id (2)": "первый"}


def test_a_row_longer_than_the_header_is_marked(tmp_path):
    long, padded = rows(write(tmp_path, "id,text\n1,Яма, вода и грязь\n2,Яма,,\n"))

    assert long[1][SURPLUS] == 1
    assert SURPLUS not in padded[1]


def test_a_stray_nul_byte_in_a_short_file_makes_it_no_binary(tmp_path):
    path = tmp_path / "short.csv"
    path.write_bytes("id;Текст\n1;Я\0ма\n".encode())
    with open_table(path) as table:
        assert [cells["id"] for _, cells in table.sheets[0].rows()] == ["1"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of POSIX")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(TableError, match="file_is_device"), open_table(tmp_path / "pipe.csv"):
        pass


def test_a_name_that_no_file_can_have_is_of_no_file():
    with pytest.raises(TableError, match="file_missing"), open_table(Path("a\0b.csv")):
        pass


def test_a_stray_nul_byte_does_not_end_the_file(tmp_path):
    path = write(tmp_path, "id;text\n" + "1;Обычное сообщение про дорогу\n" * 5 + "2;Ноль\x00внутри\n3;Дальше\n")

    assert len(rows(path)) == 7


def test_a_cell_of_a_megabyte_does_not_end_the_file(tmp_path):
    path = write(tmp_path, f"id;text\n1;{'я' * 1_000_000}\n2;Дальше\n")

    assert [row["id"] for _, row in rows(path)] == ["1", "2"]


def test_a_quote_that_nobody_closed_is_told_with_its_row(tmp_path):
    path = write(tmp_path, 'id;text\n1;Хорошая\n2;"Кавычка потеряна\n3;Проглочена\n4;Проглочена тоже\n')
    with open_table(path) as table:
        stream = table.sheets[0].rows()
        assert next(stream)[0] == 2
        with pytest.raises(TableError) as caught:
            next(stream)

    assert (caught.value.code, caught.value.params["row"]) == ("unclosed_quote", 3)


def test_a_last_line_without_line_end_is_read(tmp_path):
    assert rows(write(tmp_path, 'id;text\n1;"В кавычках"'))[0][1]["text"] == "В кавычках"


def test_a_cell_without_end_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "MAX_CELL_CHARS", 1000)

    error = error_of(write(tmp_path, f"id;text\n1;Хорошая\n2;{'а' * 2000}\n"))

    assert (error.code, error.params["row"]) == ("broken_csv", 3)


def test_the_row_before_a_break_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "MAX_CELL_CHARS", 1000)
    path = write(tmp_path, f"id;text\n1;Хорошая\n2;{'а' * 2000}\n")
    with open_table(path) as table:
        following = table.sheets[0].rows()
        assert next(following)[1]["text"] == "Хорошая"
        with pytest.raises(TableError):
            next(following)


def test_a_line_without_end_is_not_read_into_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "MAX_CELL_CHARS", 1000)

    error = error_of(write(tmp_path, "id;text\n1;Хорошая\n" + "2;а;" * 2000))

    assert (error.code, error.params["row"]) == ("broken_csv", 3)


def test_a_cut_utf16_file_is_told(tmp_path):
    path = write(tmp_path, "id;text\n1;Яма\n", "utf-16")
    path.write_bytes(path.read_bytes()[:-1])

    assert error_of(path).code == "unknown_encoding"


@pytest.mark.parametrize("encoding", ["cp866", "koi8-r"])
def test_other_russian_encodings_are_refused_not_guessed(tmp_path, encoding):
    path = write(tmp_path, "id;text\n" + "1;Не горит фонарь у школы, темно\n" * 20, encoding)

    assert error_of(path).code == "unknown_encoding"


def test_utf8_with_a_broken_byte_is_not_taken_for_cp1251(tmp_path):
    path = write(tmp_path, "id;text\n" + "1;Не горит фонарь у школы\n" * 20)
    path.write_bytes(path.read_bytes() + b"2;\xff\xfe\n")

    assert error_of(path).code == "unknown_encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf\r\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old_excel"),
        (b"%PDF-1.7 id;text", "not_a_table"),
        (b"<html><body>\xd0\x92\xd1\x85\xd0\xbe\xd0\xb4</body></html>", "not_a_table"),
        (b'\xef\xbb\xbf [\n {"text": "JSON"}]', "not_a_table"),
        (bytes(range(256)) * 4 + b"\0" * 600, "not_a_table"),
        (b"PK\x03\x04 and nothing else", "corrupt"),
    ],
)
def test_what_is_not_a_table_is_named(tmp_path, content, code):
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)

    error = error_of(path)

    assert (error.code, error.params["file"]) == (code, "export.xlsx")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    assert error_of(tmp_path / "none.csv").code == "file_missing"
    assert error_of(tmp_path).code == "file_is_folder"


@pytest.mark.parametrize(
    ("fault", "code"), [(PermissionError(13, "denied"), "file_locked"), (OSError(5, "I/O error"), "file_unreadable")]
)
def test_a_file_that_another_program_holds_is_named(tmp_path, monkeypatch, fault, code):
    path = write(tmp_path, "id;text\n1;Яма\n")
    whole = Path.open

    def refuse(opened, *args, **kwargs):
        if opened == path:
            raise fault
        return whole(opened, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)

    assert error_of(path).code == code


def test_a_disk_that_goes_away_while_rows_are_read_is_named(tmp_path):
    def broken():
        yield 2, ["1", "Яма"]
        raise OSError(5, "I/O error")

    header = find_header([(1, ["id", "text"])])
    rows_read = Sheet("", header, broken, "export.csv").rows()

    assert next(rows_read) == (2, {"id": "1", "text": "Яма"})
    with pytest.raises(TableError) as caught:
        next(rows_read)
    said = {"file": "export.csv", "path": "export.csv", "detail": "диск не отвечает"}
    assert (caught.value.code, caught.value.params) == ("file_unreadable", said)


def test_an_error_among_the_rows_names_the_file_where_it_is_caught(tmp_path):
    path = write(tmp_path, 'id;text\n1;"Кавычка потеряна\n')
    with open_table(path) as table, pytest.raises(TableError) as caught:
        list(table.sheets[0].rows())

    assert caught.value.params == {"file": "export.csv", "row": 2}


def test_a_file_over_the_limit_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_FILE_BYTES", 10)

    assert error_of(write(tmp_path, "id;text\n1;Яма\n")).code == "file_too_big"


def test_no_header_says_what_was_found_and_what_is_needed(tmp_path):
    error = error_of(write(tmp_path, "Номер;Стадия;Просрочено\n1;Исполнение;нет\n"))

    assert error.code == "no_header"
    assert error.params["found"] == ["Номер", "Стадия", "Просрочено"]
    assert "Текст" in error.params["needed"]


def test_a_workbook_of_several_sheets_gives_every_sheet_with_messages(tmp_path):
    path = workbook(
        tmp_path,
        {
            "Титул": [["Сводка за неделю"], ["Текст подготовлен отделом мониторинга", None, 5]],
            "Сообщения": [["Отчёт"], [], ["№", "Дата", "Текст сообщения"], [1, "21.09.2026 10:00", "Нет воды"]],
            "Архив": [["id", "text"], [7, "Яма"]],
        },
    )
    with open_table(path) as table:
        found = [(sheet.name, sheet.header.row, list(sheet.rows())) for sheet in table.sheets]

    assert [(name, row) for name, row, _ in found] == [("Сообщения", 3), ("Архив", 1)]
    assert found[0][2] == [(4, {"№": 1, "Дата": "21.09.2026 10:00", "Текст сообщения": "Нет воды"})]
    assert found[1][2] == [(2, {"id": 7, "text": "Яма"})]


def test_a_workbook_without_messages_says_what_was_found(tmp_path):
    error = error_of(workbook(tmp_path, {"Лист1": [["Номер", "Стадия"], [1, "Исполнение"]]}))

    assert (error.code, error.params["found"]) == ("no_header", ["Номер", "Стадия"])


def test_broken_styles_do_not_stop_the_reading(tmp_path):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], [7, "Яма"]]})

    assert rows(repack(path, xl__styles_xml=b"<styleSheet><oops")) == [(2, {"id": 7, "text": "Яма"})]


def test_a_wrong_declared_size_cuts_nothing_off(tmp_path):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], [7, "Яма"], [8, "Вода"]]})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:B3"', b'ref="A1:A1"')

    assert len(rows(repack(path, xl__worksheets__sheet1_xml=sheet))) == 2


def test_strings_of_several_fonts_are_one_and_hints_of_reading_none():
    runs = "<si><r><t>Яма</t></r><r><rPr><b/></rPr><t xml:space='preserve'> у школы</t></r></si>"
    runs += "<si><r><t>Дом</t></r></si>"
    hinted = "<si><t>Вода</t><rPh sb='0' eb='1'><t>подсказка</t></rPh></si><si/><si><t>a_x005F_x000D_</t></si>"
    table = f"<sst xmlns='{SHEET_MAIN_NS}'>{runs}{hinted}</sst>".encode()

    assert list(read_strings(BytesIO(table))) == ["Яма у школы", "Дом", "Вода", "", "a_x000D_"]


def test_long_strings_are_kept_in_a_file_and_read_again_in_any_order(monkeypatch):
    monkeypatch.setattr(shared_strings, "KEPT_BYTES", 1000)
    said = [f"{number} " + "яма 😟 " * number for number in range(60)]
    table = "".join(f"<si><t>{text}</t></si>" for text in said)

    strings = read_strings(BytesIO(f"<sst xmlns='{SHEET_MAIN_NS}'>{table}</sst>".encode()))

    assert sum(isinstance(kept, str) for kept in strings._kept) < 15
    assert [strings[number] for number in reversed(range(60))] == said[::-1]
    assert strings[3:50:20] == said[3:50:20]


def test_shared_strings_stand_in_their_cells(tmp_path):
    write_xlsx(tmp_path / "export.xlsx", 3, 12)

    assert [row["Автор"] for _, row in rows(tmp_path / "export.xlsx")] == ["Житель 0", "Житель 1", "Житель 2"]


def test_a_sheet_that_tells_no_size_is_opened_without_reading_it_through(tmp_path, monkeypatch):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], *([n, "Яма"] for n in range(90))]})
    with zipfile.ZipFile(path) as archive:
        sheet = re.sub(b"<dimension[^>]*>", b"", archive.read("xl/worksheets/sheet1.xml"))
    monkeypatch.setattr(WorkSheetParser, "parse_dimensions", lambda _: pytest.fail("the sheet is read through"))

    assert len(rows(repack(path, xl__worksheets__sheet1_xml=sheet))) == 90


def test_a_row_that_says_it_stands_below_the_end_of_a_sheet_is_damage(tmp_path):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], *([n, "Яма"] for n in range(90))]})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    sheet = re.sub(b'<row r="91".*?</row>', b'<row r="9999999999"><c r="A9999999999"><v>1</v></c></row>', sheet)

    assert error_of(repack(path, xl__worksheets__sheet1_xml=sheet)).code == "corrupt"


def test_a_damaged_sheet_is_told(tmp_path):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], *([n, "Яма"] for n in range(90))]})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")

    assert error_of(repack(path, xl__worksheets__sheet1_xml=sheet[: len(sheet) - 200])).code == "corrupt"


def test_a_formula_gives_its_stored_value_never_runs(tmp_path):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], [7, '=HYPERLINK("http://evil.example","Яма")'], [8, "Вода"]]})

    assert [row.get("text") for _, row in rows(path)] == [None, "Вода"]


def test_an_archive_that_is_no_workbook_is_named(tmp_path):
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    assert error_of(path).code == "not_a_workbook"


def test_a_zip_bomb_is_not_opened(tmp_path):
    path = workbook(tmp_path, {"Лист1": [["id", "text"], [7, "Яма"]]})

    assert error_of(repack(path, xl__styles_xml=b" " * 60_000_000)).code == "unpacks_too_big"


def test_rows_come_as_a_stream(tmp_path):
    path = write(tmp_path, "id;text\n" + f"1;{'Яма на дороге ' * 20}\n" * 10_000)
    with open_table(path) as table:
        tracemalloc.start()
        read = sum(1 for _ in table.sheets[0].rows())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert read == 10_000
    assert peak < path.stat().st_size / 10
