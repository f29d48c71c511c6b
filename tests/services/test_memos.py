"""Memos (п. 22): drafted from facts, addressed, edited by two, sent, received, followed until all is mended."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import text as sql

from app.regulation.errors import Refused
from app.regulation.shortcomings import Rule
from app.regulation.workflow import DraftKind
from app.services import casework, marking, memos
from app.services.documents import fill, template
from app.services.memo_document import memo_lists, memo_values, write_memo
from app.services.officials import OfficialFacts, add_official
from app.services.shortcomings import find_shortcomings
from app.services.verifying import verify

TODAY = date(2026, 6, 1)


async def officials(desk):
    facts = [
        OfficialFacts("П. Прессов", "заместитель Губернатора (печать)", TODAY, role="press"),
        OfficialFacts("Д. Дорогин", "заместитель Губернатора (дороги)", TODAY, agencies=(desk.agencies["ДОР"],)),
        OfficialFacts("Т. Темнов", "заместитель Губернатора (ямы)", TODAY, topics=(desk.topic,)),
        OfficialFacts("Ч. Чужой", "заместитель Губернатора (ЖКХ)", TODAY, agencies=(desk.agencies["ЖКХ"],)),
    ]
    for each in facts:
        await add_official(desk.admin, each)


async def noted(desk, *rules):
    """Shortcomings noted by hand, each on a case of its own."""
    for rule in rules:
        case_id = await desk.routed(text=f"Яма {rule}")
        await desk.act(marking.note_shortcoming, desk.curator, case_id, rule, f"Замечание {rule}")
    return await find_shortcomings(desk.curator, TODAY, TODAY)


async def drafted(desk, *rules):
    await officials(desk)
    found = await noted(desk, *(rules or (Rule.MANNER, Rule.UNTRUE)))
    return await memos.draft_memo(desk.curator, found, TODAY, TODAY)


async def sent(desk, *rules, due_on=None):
    memo_id = await drafted(desk, *rules)
    desk.clock.move(minutes=5)
    await memos.send_memo(desk.curator, memo_id, 1, desk.clock.now(), "СЭД, № 12-05/331", due_on)
    return memo_id


async def refused(work):
    with pytest.raises(Refused) as error:
        await work
    return error.value.refusal


async def test_a_draft_tells_the_facts_and_goes_to_those_concerned(desk):
    memo_id = await drafted(desk)

    memo = await memos.read_memo(desk.chief, memo_id)

    assert [(each.name, each.why) for each in memo.addressees] == [
        ("П. Прессов", "press"), ("Д. Дорогин", "oversees"), ("Т. Темнов", "oversees"),
    ]  # fmt: skip
    assert (memo.state, memo.version, memo.author) == ("draft", 1, "Соколова")
    numbers = [item.found.number for item in memo.items]
    assert all(number in memo.text for number in numbers)
    assert "2 недостатка, по 2 карточкам" in memo.text
    assert "ДОР: 2 недостатка." in memo.text
    assert "недостоверные или неполные сведения: Замечание untrue (п. 21)." in memo.text
    assert "п. 22" in memo.text
    assert (await verify(desk.database)).is_clean


async def test_the_draft_says_how_late_and_at_which_step(desk):
    await officials(desk)
    case_id = await desk.routed()
    desk.clock.move(days=1, hours=2)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Яму заделаем пятого июня, " * 4)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)
    found = await find_shortcomings(desk.curator, TODAY, TODAY + timedelta(days=1))
    memo = await memos.read_memo(desk.curator, await memos.draft_memo(desk.curator, found, TODAY, TODAY))

    said = "нарушен срок «Ответ размещён» на 2 ч 00 мин; потеряно на шаге «Проект ответа куратору», 3 ч 00 мин (п. 10)."
    assert said in memo.text, memo.text
    assert next(item.found for item in memo.items if item.found.clock == "answer").lost_step == "draft"


async def test_a_shortcoming_is_in_one_memo_only_until_it_is_left_out(desk):
    memo_id = await drafted(desk)
    found = await find_shortcomings(desk.curator, TODAY, TODAY)
    assert {each.memo_id for each in found} == {memo_id}

    again = await refused(memos.draft_memo(desk.second, found[:1], TODAY, TODAY))
    assert (again.code, again.params) == ("shortcoming_in_memo", {"number": memo_id})

    memo = await memos.read_memo(desk.curator, memo_id)
    await memos.leave_out(desk.curator, memo_id, 1, memo.items[0].id)
    free = [each for each in await find_shortcomings(desk.curator, TODAY, TODAY) if each.memo_id is None]
    assert [each.key for each in free] == [memo.items[0].found.key]
    await memos.draft_memo(desk.second, free, TODAY, TODAY)


async def test_two_editors_the_second_is_told_and_nothing_of_the_first_is_lost(desk):
    memo_id = await drafted(desk)
    people = (await memos.read_memo(desk.curator, memo_id)).addressees
    await memos.save_memo(desk.curator, memo_id, 1, "О срывах", "Первый текст", people)

    told = await refused(memos.save_memo(desk.second, memo_id, 1, "Иначе", "Второй текст", people))

    assert (told.code, told.params["who"]) == ("record_changed", "Соколова")
    memo = await memos.read_memo(desk.second, memo_id)
    assert (memo.title, memo.text, memo.version, memo.changed_by) == ("О срывах", "Первый текст", 2, "Соколова")
    await memos.save_memo(desk.second, memo_id, 2, "Иначе", "Второй текст", people[:1])
    memo = await memos.read_memo(desk.second, memo_id)
    assert (memo.text, memo.changed_by, len(memo.addressees)) == ("Второй текст", "Орлова", 1)


@pytest.mark.parametrize(("title", "text", "code"), [(" ", "т", "name_missing"), ("т", " ", "draft_empty")])
async def test_a_memo_has_a_title_and_a_text(desk, title, text, code):
    memo_id = await drafted(desk)
    assert (await refused(memos.save_memo(desk.curator, memo_id, 1, title, text, ()))).code == code


async def test_what_was_sent_is_frozen_and_followed(desk):
    memo_id = await sent(desk, due_on=TODAY + timedelta(days=7))
    memo = await memos.read_memo(desk.curator, memo_id)
    assert (memo.state, memo.sent_how, memo.items[0].due_on) == ("sent", "СЭД, № 12-05/331", date(2026, 6, 8))
    for work in (
        memos.save_memo(desk.curator, memo_id, memo.version, "т", "т", memo.addressees),
        memos.leave_out(desk.curator, memo_id, memo.version, memo.items[0].id),
        memos.discard_memo(desk.curator, memo_id, memo.version),
    ):
        assert (await refused(work)).code == "memo_sent"

    for number, addressee in enumerate(memo.addressees, start=1):
        await memos.acknowledge(desk.curator, memo_id, addressee.id, desk.clock.now(), "В работу")
        state = (await memos.read_memo(desk.curator, memo_id)).state
        assert state == ("received" if number == len(memo.addressees) else "sent")

    first, second = memo.items
    await memos.record_mended(desk.curator, first.id, TODAY, "Сотруднику указано на тон")
    version = (await memos.read_memo(desk.curator, memo_id)).version
    left = await refused(memos.close_memo(desk.curator, memo_id, version))
    assert (left.code, left.params) == ("memo_unmended", {"count": 1})
    await memos.record_mended(desk.curator, second.id, TODAY, "Ответ дополнен")
    await memos.close_memo(desk.curator, memo_id, version + 1)

    memo = await memos.read_memo(desk.chief, memo_id)
    assert (memo.state, memo.items[0].mended_note, memo.items[0].mended_by) == (
        "closed", "Сотруднику указано на тон", "Соколова",
    )  # fmt: skip
    assert [entry.entry for entry in memo.journal] == [
        "memo_drafted", "memo_sent", *["memo_received"] * 3, *["memo_item_mended"] * 2, "memo_closed",
    ]  # fmt: skip
    assert (await verify(desk.database)).is_clean
    assert (await refused(memos.record_mended(desk.curator, first.id, TODAY, "Ещё"))).code == "memo_not_sent"


async def test_the_reminder_counts_what_is_due_and_not_mended(desk):
    memo_id = await sent(desk, due_on=TODAY + timedelta(days=2))

    async def due():
        async with desk.database.read() as connection:
            return (await connection.execute(memos.count_due(desk.curator))).scalar_one()

    assert await due() == 0
    desk.clock.move(days=2)
    assert await due() == 2
    first, second = (await memos.read_memo(desk.curator, memo_id)).items
    assert first.is_due(date(2026, 6, 3))
    await memos.record_mended(desk.curator, first.id, TODAY, "Да")
    assert await due() == 1
    await memos.plan_mending(desk.curator, second.id, TODAY + timedelta(days=9))
    assert await due() == 0
    row = (await memos.list_memos(desk.curator))[0]
    assert (row.items, row.mended, row.next_due) == (2, 1, date(2026, 6, 10))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"how": " "}, "memo_how_missing"),
        ({"at": timedelta(days=1)}, "in_the_future"),
        ({"at": -timedelta(days=1)}, "before_previous_act"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_before_sending"),
    ],
)
async def test_a_sending_that_cannot_be_is_refused(desk, words, code):
    memo_id = await drafted(desk)
    at = desk.clock.now() + words.get("at", timedelta())
    work = memos.send_memo(desk.curator, memo_id, 1, at, words.get("how", "СЭД"), words.get("due_on"))
    assert (await refused(work)).code == code


async def test_without_addressees_nothing_is_sent(desk):
    memo_id = await memos.draft_memo(desk.curator, await noted(desk, Rule.OTHER), TODAY, TODAY)
    work = memos.send_memo(desk.curator, memo_id, 1, desk.clock.now(), "СЭД", None)
    assert (await refused(work)).code == "addressees_missing"


async def test_a_discarded_draft_frees_its_shortcomings_and_stays_in_the_journal(desk):
    memo_id = await drafted(desk)
    await memos.discard_memo(desk.curator, memo_id, 1)
    assert {each.memo_id for each in await find_shortcomings(desk.curator, TODAY, TODAY)} == {None}
    assert (await refused(memos.read_memo(desk.curator, memo_id))).code == "record_unknown"
    assert (await verify(desk.database)).is_clean


async def test_a_text_changed_after_it_was_sent_is_found(desk):
    memo_id = await sent(desk)
    async with desk.database.write() as connection:
        await connection.execute(sql(f"UPDATE memo SET text = 'Всё хорошо' WHERE id = {memo_id}"))
    assert [finding.code for finding in (await verify(desk.database)).findings] == ["text_differs"]


async def test_whose_a_memo_is(desk):
    memo_id = await sent(desk)
    item = (await memos.read_memo(desk.chief, memo_id)).items[0]
    found = await find_shortcomings(desk.chief, TODAY, TODAY)
    for work in (
        memos.draft_memo(desk.chief, found, TODAY, TODAY),
        memos.save_memo(desk.admin, memo_id, 1, "т", "т", ()),
        memos.send_memo(desk.chief, memo_id, 1, desk.clock.now(), "СЭД", None),
        memos.record_mended(desk.chief, item.id, TODAY, "Да"),
        memos.acknowledge(desk.executor, memo_id, 1, desk.clock.now()),
        memos.read_memo(desk.executor, memo_id),
        memos.list_memos(desk.wall),
    ):
        assert (await refused(work)).code == "role_may_not"


async def test_nothing_marked_makes_no_memo(desk):
    assert (await refused(memos.draft_memo(desk.curator, [], TODAY, TODAY))).code == "shortcomings_missing"


async def test_the_document_holds_addressees_text_and_every_shortcoming(desk, tmp_path):
    memo = await memos.read_memo(desk.curator, await drafted(desk))

    await write_memo(desk.curator, memo, tmp_path / "memo.docx")

    made = Document(str(tmp_path / "memo.docx"))
    words = [paragraph.text for paragraph in made.paragraphs]
    assert "заместитель Губернатора (печать)\nП. Прессов" in words
    assert f"от 01.06.2026 № {memo.id}" in words
    assert all(line in words for line in memo.text.split("\n") if line)
    rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert rows[0] == ["№", "Карточка", "Орган", "Недостаток", "Пункт"]
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert {row[4] for row in rows[1:]} == {"п. 21", "—"}
    assert not any("{{" in line for line in words)


async def test_a_citizens_braces_do_no_harm_to_the_document(desk):
    await officials(desk)
    case_id = await desk.routed()
    await desk.act(marking.note_shortcoming, desk.curator, case_id, Rule.OTHER, "Ответ: {{имя}} {{items.n}} {{text}}")
    found = await find_shortcomings(desk.curator, TODAY, TODAY)
    memo = await memos.read_memo(desk.curator, await memos.draft_memo(desk.curator, found, TODAY, TODAY))
    data = fill(template("memo.docx"), memo_values(desk.curator, memo), memo_lists(desk.curator, memo))
    assert "{{имя}} {{items.n}} {{text}}" in Document(BytesIO(data)).tables[0].rows[1].cells[3].text
