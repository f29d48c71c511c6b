"""Headers of known exports are understood by name, in any order."""

import pytest

from app.services.intake.columns import ColumnMapping, fingerprint, network_of, recognise


@pytest.mark.parametrize(
    ("headers", "export"),
    [
        ("Номер инцидента;Отдел;Дата создания;Тема;Текст инцидента", "incident_management"),
        ("Исполнитель;Группа тем;Тема;Текст инцидента", "incident_management"),
        ("Дата;Время;Заголовок;Текст;Источник;Url;Автор;ID сообщения;Hash сообщения", "brand_analytics"),
        ("№;Дата;Сообщение;Автораспознанный текст;Ссылка;Площадка;Автор;Блог;Id сообщения", "medialogia"),
        ("Время публикации;Текст сообщения;Ссылка на сообщение;Кто пишет;Где пишет;Id сообщения", "medialogia"),
        ("Номер;Номер ЕПГУ;Источник;Категория;Подкатегория;Факт;Дата поступления;Статус", "pos"),
        ("source;published;title;text;url;author;resource type;assigned to;saved;tags", "youscan"),
        ("id;text;topic;agency", "plain"),
        ("id;Текст Сообщения;Тематика;Ответственное лицо;Категория", "plain"),
    ],
)
def test_the_kind_of_export_is_found_by_its_headers(headers, export):
    assert recognise(headers.split(";")).export.code == export


def test_all_columns_of_an_incident_export_find_their_fields():
    headers = "Тема;Номер инцидента;Отдел;Исполнитель;Дата создания;Группа тем;Регион;Муниципалитет;Населённый пункт"
    headers += ";Улица;Дом;Итог;Текст инцидента;1ый ответ ПИ;source_network"

    layout = recognise(headers.split(";"))

    assert layout.headers == {
        "external_number": "Номер инцидента",
        "text": "Текст инцидента",
        "network": "source_network",
        "detected_at": "Дата создания",
        "topic_group": "Группа тем",
        "topic": "Тема",
        "agency": "Отдел",
        "executor": "Исполнитель",
        "region": "Регион",
        "municipality": "Муниципалитет",
        "settlement": "Населённый пункт",
        "street": "Улица",
        "house": "Дом",
        "answer_text": "1ый ответ ПИ",
        "outcome": "Итог",
    }
    assert layout.says_when_detected


def test_the_executor_stands_for_the_agency_where_no_column_names_it():
    layout = recognise(["Исполнитель", "Группа тем", "Тема", "Текст инцидента"])

    assert layout.headers["agency"] == "Исполнитель"
    assert "executor" not in layout.headers


def test_case_yo_and_decoration_do_not_matter():
    layout = recognise(["\ufeffТЕКСТ:", " населенный   пункт "])

    assert layout.headers == {"text": "\ufeffТЕКСТ:", "settlement": " населенный   пункт "}


def test_a_table_without_texts_is_not_recognised():
    assert recognise(["Номер", "Дата", "Статус"]) is None


@pytest.mark.parametrize(
    ("source", "link", "network"),
    [
        ("vk.com", "", "vk"),
        ("telegram.org", "https://t.me/a/1", "telegram"),
        ("telegram.me", "", "telegram"),
        ("Одноклассники", "", "ok"),
        ("", "https://m.vk.com/wall-1_2", "vk"),
        ("", "https://www.youtube.com/watch?v=Abc_DEF-123", "youtube"),
        ("", "dzen.ru/a/abc", "dzen"),
        ("Форум «Мой город»", "https://forum.example.ru/1", "other"),
        ("", "https://vk.com.evil.example/wall-1_2", "other"),
        ("", "http://[broken", "other"),
        ("", "", ""),
    ],
)
def test_networks_are_known_by_name_or_link(source, link, network):
    assert network_of(source, link) == network


def test_an_export_of_the_feedback_platform_has_facts_for_texts():
    headers = "Номер;Номер ЕПГУ;Категория;Подкатегория;Факт;Организация, в которую поступило сообщение"
    headers += ";Организация, в которой находится сообщение;Дата поступления;Стадия;Статус;ФИО исполнителя"

    assert recognise(headers.split(";")).headers == {
        "external_number": "Номер",
        "fact": "Факт",
        "posted_at": "Дата поступления",
        "topic_group": "Категория",
        "topic": "Подкатегория",
        "agency": "Организация, в которой находится сообщение",
        "executor": "ФИО исполнителя",
        "outcome": "Статус",
    }


def test_what_a_person_said_of_a_header_comes_before_its_names():
    headers = ["Что случилось", "Текст", "Когда"]
    mapping = ColumnMapping({"text": "что случилось", "posted_at": "когда"}, "Asia/Omsk")

    layout = recognise(headers, {fingerprint(headers): mapping})

    assert (layout.headers, layout.export.zone, layout.is_mapped) == (
        {"text": "Что случилось", "posted_at": "Когда"}, "Asia/Omsk", True,
    )  # fmt: skip
    assert recognise(headers).headers == {"text": "Текст"}


def test_a_header_is_the_same_in_any_order_and_with_why_its_rows_were_refused():
    assert fingerprint(["Текст", "ДАТА:"]) == fingerprint(["Почему не принято", "дата", "текст", ""])
    assert fingerprint(["Текст", "Дата"]) != fingerprint(["Текст", "Дата", "Автор"])
