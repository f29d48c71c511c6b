"""A row becomes a message as the citizen wrote it, or a refusal that says why."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.intake.cleaning import clean_line, clean_text, mend
from app.services.intake.columns import recognise
from app.services.intake.rows import MAX_TEXT_CHARS, IntakeRow, Place, RowRefusal, content_hash, read_row, read_rows
from app.services.intake.sheets import SURPLUS, Header, Sheet
from app.services.intake.tables import open_table

SAMPLES = Path(__file__).parents[2] / "data" / "intake"
NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
OMSK = ZoneInfo("Asia/Omsk")
MOSCOW = ZoneInfo("Europe/Moscow")


def one(zone: ZoneInfo = MOSCOW, **cells) -> IntakeRow | RowRefusal:
    headers = [name for name in cells if name != SURPLUS]
    sheet = Sheet("", Header(1, tuple(headers), recognise(headers)), lambda: iter(()))
    return read_row(sheet, 7, cells, zone, NOW)


def sample(name: str, zone: ZoneInfo = MOSCOW) -> list[IntakeRow | RowRefusal]:
    with open_table(SAMPLES / name) as table:
        return [row for sheet in table.sheets for row in read_rows(sheet, zone, NOW)]


def test_a_plain_file_of_messages():
    lamp, pit, thanks, emoji, nothing = sample("kursk_shape.csv")

    assert lamp.text.endswith("Дети идут из школы в темноте, страшно 😟")
    assert (lamp.external_number, lamp.topic) == ("17", "Неработающее наружное освещение")
    assert (lamp.agency_name, lamp.repairs) == ("Администрация города Курска", ("invisible",))
    assert pit.text == 'Во дворе на Литовской 12а яма\nтакая,что колесо оставил. Кто оплатит "ремонт"???'
    assert pit.repairs == ("entities", "tags")
    assert (thanks.text[-2:], thanks.repairs) == ("<3", ())
    assert (emoji.text, emoji.repairs) == ("👍👍👍", ("no_words",))
    assert nothing == RowRefusal(6, "", "empty_text", {}, "B6")


def test_an_incident_export_carries_detection_answer_and_place():
    pit, water = sample("incident_management.csv", OMSK)

    assert pit.text.startswith("Здравствуйте! На повороте с Чернышевского яма.\n\nОбъезжают все по встречке, \"ждём\"")
    assert pit.detected_at == datetime(2026, 9, 21, 14, 6, 2, tzinfo=UTC)
    assert pit.place == Place("Курская область", "Курск г.о.", "Курск", "улица Чернышевского", "4Б")
    assert (pit.network, pit.key, pit.outcome) == ("vk", "incident_management:801101", "Разъяснено")
    assert pit.answer_text.startswith("[user], здравствуйте")
    assert (pit.agency_name, pit.executor_name) == ("Администрация города Курска", "Комитет дорожного хозяйства")
    assert (water.network, water.posted_at, water.answer_text) == ("ok", None, "")


def test_monitoring_exports_write_moscow_time_wherever_the_region_is():
    heating, clip = sample("medialogia_cp1251.csv", OMSK)

    assert heating.posted_at == datetime(2026, 9, 21, 13, 13, tzinfo=UTC)
    assert (heating.author_name, heating.author_link) == ("Марина Егорова", "https://vk.com/id900300101")
    assert clip.text == "Ролик: дорога к кладбищу размыта, проехать нельзя"
    assert clip.repairs == ("text_from_recognised_text",)


def test_separate_date_and_time_and_a_title_instead_of_a_text():
    heating, season = sample("brand_analytics.csv", OMSK)

    assert heating.posted_at == datetime(2026, 9, 21, 13, 13, 20, tzinfo=UTC)
    assert heating.text == "Садовая 12 — третий день без отопления!"
    assert (season.text, season.repairs) == ("Начало отопительного сезона", ("text_from_title",))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Строка_x000d_\nвторая_x000D_\nтретья", "Строка\nвторая\nтретья"),
        ("Строка\r\nвторая", "Строка\nвторая"),
        ("Один<br/><br />два", "Один\n\nдва"),
        ("<p>Абзац</p><p>Другой</p>", "Абзац\n\nДругой"),
        ("<b>Жирно</b> и <a href='https://e.example'>ссылка</a>", "Жирно и ссылка"),
        ("До<script>alert(1)</script>после<!-- тайна -->", "Допосле"),
        ("a < b и c > d, люблю <3 <Мама>", "a < b и c > d, люблю <3 <Мама>"),
        ("&lt;br&gt;после дважды &amp;#33;", "после дважды !"),
        ("Ссылка https://e.example/?a=1&copy=2&b", "Ссылка https://e.example/?a=1&copy=2&b"),
        ("много\n\n\n\nпустых\n \n \n \nстрок", "много\n\nпустых\n\nстрок"),
        ("2\u00a0786 рублей", "2 786 рублей"),
        ("ноль\x00внутри\x07", "ноль внутри".replace(" ", "")),
        ("\u202eзадом\u202c наперёд", "задом наперёд"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
        ("КОГДА ЭТО КОНЧИТСЯ???!!!  (((", "КОГДА ЭТО КОНЧИТСЯ???!!!  ((("),
        ("=cmd|' /C calc'!A0 прислали", "=cmd|' /C calc'!A0 прислали"),
    ],
)
def test_exporters_marks_go_and_the_citizens_words_stay(raw, clean):
    assert one(text=raw).text == clean


@pytest.mark.parametrize("raw", ["", None, "   ", "<p>&nbsp;</p>", "\u200b\ufeff"])
def test_a_row_without_text_is_refused(raw):
    assert one(text=raw, topic="Дороги") == RowRefusal(7, "", "empty_text", {}, "A7")


def test_a_text_beyond_the_limit_is_refused_with_its_size():
    assert isinstance(one(text="я" * MAX_TEXT_CHARS), IntakeRow)
    assert one(text="я" * 1_000_000) == RowRefusal(7, "", "text_too_long", {"size": 1_000_000, "limit": 100_000}, "A7")


def test_a_row_whose_columns_slipped_is_refused():
    assert one(text="Яма", topic=" вода", **{SURPLUS: 1}) == RowRefusal(7, "", "columns_slipped", {"surplus": 1})


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("21.09.2026 16:13", datetime(2026, 9, 21, 13, 13, tzinfo=UTC)),
        ("21.09.2026, 16:13:05", datetime(2026, 9, 21, 13, 13, 5, tzinfo=UTC)),
        ("2026-09-21 16:13:05.482000", datetime(2026, 9, 21, 13, 13, 5, tzinfo=UTC)),
        ("2026-09-21T16:13:05+07:00", datetime(2026, 9, 21, 9, 13, 5, tzinfo=UTC)),
        ("2026-09-21T09:13:05Z", datetime(2026, 9, 21, 9, 13, 5, tzinfo=UTC)),
        (datetime(2026, 9, 21, 16, 13), datetime(2026, 9, 21, 13, 13, tzinfo=UTC)),  # noqa: DTZ001 - as openpyxl gives
        (46286.675694444, datetime(2026, 9, 21, 13, 13, tzinfo=UTC)),
        ("-", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_in_the_forms_that_exports_use(cell, moment):
    assert one(text="Яма", Дата=cell).posted_at == moment


def test_a_day_without_a_time_is_midnight_and_marked():
    row = one(text="Яма", Дата="21.09.2026")

    assert (row.posted_at, row.repairs) == (datetime(2026, 9, 20, 21, tzinfo=UTC), ("no_time",))


def test_a_time_of_day_as_a_share_of_the_day():
    row = one(text="Яма", Дата="21.09.2026", Время=0.5)

    assert (row.posted_at, row.repairs) == (datetime(2026, 9, 21, 9, tzinfo=UTC), ())


@pytest.mark.parametrize("cell", ["вчера", "31.02.2026", "21.09.2026 25:00", "01.01.1900", True, "21.09.26", 3_000_000])
def test_what_is_not_a_date_is_refused_with_column_and_value(cell):
    refusal = one(text="Яма", Дата=cell)

    assert (refusal.code, refusal.params["column"], refusal.params["value"]) == ("unreadable_date", "Дата", str(cell))


def test_a_date_in_the_future_is_refused_beyond_five_minutes():
    local = NOW.astimezone(MOSCOW)
    near, far = (local + timedelta(minutes=minutes) for minutes in (5, 6))

    assert one(text="Яма", **{"Дата создания": near.isoformat()}).detected_at == near
    assert one(text="Яма", **{"Дата создания": far.isoformat()}) == RowRefusal(
        7, "", "future_date", {"column": "Дата создания", "value": "24.11.2026 11:46"}, "B7"
    )


@pytest.mark.parametrize(
    ("cell", "number"),
    [("2 786", "2786"), ("2\u00a0786", "2786"), (2786.0, "2786"), ("2786.0", "2786"), ("А-17 б", "А-17 б")],
)
def test_numbers_lose_what_tables_add_to_them(cell, number):
    assert one(text="Яма", **{"Номер инцидента": cell}).external_number == number


def test_the_same_message_has_the_same_hash_and_another_author_does_not():
    same = content_hash("Нет  воды\nна Ёлочной", "Иван", "https://m.vk.com/wall-1_2/")

    assert content_hash("нет воды на елочной", "ИВАН", "http://vk.com/wall-1_2") == same
    assert content_hash("нет воды на елочной", "Пётр", "http://vk.com/wall-1_2") != same
    assert content_hash("нет воды на елочной", "", "Иван") != content_hash("нет воды на елочной", "Иван", "")


def test_the_documented_hash_does_not_drift():
    assert content_hash("Яма", "Иван", "") == "9c54b00b6b3d9dc84a893d00fa0b387c675ba7e48288ed1991e62dfb8880e20b"


def test_a_number_is_trusted_only_where_it_is_given_for_good():
    incident = [one(text=text, **{"Номер инцидента": "5"}).key for text in ("Яма", "Яма!")]
    plain = [one(text=text, id="5").key for text in ("Яма", "Яма!")]

    assert incident == ["incident_management:5"] * 2
    assert plain[0] != plain[1]
    assert all(key.startswith("plain:5:") for key in plain)


def test_two_comments_under_one_link_are_two_messages():
    link = "https://ok.ru/group/1/topic/2"
    keys = {one(text=text, Ссылка=link, Блог="Город").key for text in ("Нет света", "И у нас")}

    assert len(keys) == 2


def test_a_very_long_number_still_makes_a_short_key():
    row = one(text="Яма", **{"Номер инцидента": "7" * 250})

    assert len(row.key) <= 100
    assert row.key != one(text="Яма", **{"Номер инцидента": "7" * 249}).key


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://vk.com/wall-1_2?reply=3&thread=2", True),
        ("vk.com/wall-1_2", True),
        ("tg://resolve?domain=a&post=1", True),
        ("http://example.ru:8080/a", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("=HYPERLINK(x y)", False),
        ("https://vk.com/" + "a" * 2000, False),
    ],
)
def test_only_links_to_pages_are_taken(link, kept):
    row = one(text="Яма", Ссылка=link)

    assert (row.link, row.repairs) == ((link, ()) if kept else ("", ("link_left_out",)))


def test_a_text_in_a_column_of_names_is_cut():
    assert len(one(text="Яма", Автор="а" * 5000).author_name) == 300


@pytest.mark.parametrize(("said", "kind"), [("Пост", "post"), ("Комментарий", "comment"), ("Опрос", ""), (None, "")])
def test_posts_and_comments_are_told_apart(said, kind):
    assert one(text="Яма", **{"Тип сообщения": said}).post_kind == kind


ODD = "аб <&;p>/\n\r\t_x0D0\u00a0\u200b\u202e\u2028\u1680\u00ad\x00\x7f😀\u200d\ud800"


@given(st.text(st.sampled_from(ODD), max_size=12))
def test_a_text_with_nothing_to_mend_is_what_mending_would_give(raw):
    assert clean_text(raw) == mend(raw)
    assert clean_line(raw) == " ".join(mend(raw)[0].split())
