"""Repeats on both engines: the mark and its undo, the measures taken, the text approved byte for byte (п. 17–18)."""

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.merging import merge
from app.services.queries import list_queue
from app.services.regulations import regulation_text
from app.services.repeats import mark_repeat, unmark_repeat
from app.services.reports.day import read_day
from app.services.revisions import revise_regulation
from app.services.selection import Selection
from app.services.verifying import verify
from tests.services.test_verifying import tamper


async def refused(act, *words, **more):
    with pytest.raises(Refused) as error:
        await act(*words, **more)
    return error.value.refusal


async def repeated(desk):
    """An answered card and a routed one marked as its repeat."""
    earlier = await desk.answered()
    case_id = await desk.routed(text="Яма снова")
    await desk.act(mark_repeat, desk.curator, case_id, earlier)
    return earlier, case_id


async def test_a_repeat_and_the_earlier_card_name_each_other(desk):
    earlier, case_id = await repeated(desk)

    card, first = await desk.card(case_id), await desk.card(earlier)

    assert card.standing.is_repeat
    assert (card.kin.earlier.number, card.kin.earlier.answer) == (first.number, "Заделаем")
    assert card.kin.earlier.link == first.publications[0].link
    assert [kin.number for kin in first.kin.repeats] == [card.number]
    assert [row.is_repeat for row in await list_queue(desk.curator, Selection("executors"))] == [True]
    assert (await read_day(desk.curator)).repeats == 1
    assert (await verify(desk.database)).findings == []


async def test_an_open_card_is_merged_instead(desk):
    earlier, case_id = await desk.routed(), await desk.entered("Яма снова")

    found = await refused(desk.act, mark_repeat, desk.curator, case_id, earlier)

    assert (found.code, found.params["number"]) == ("earlier_open", (await desk.card(earlier)).number)


async def test_a_card_that_was_merged_names_the_one_to_choose(desk):
    into, gone, case_id = await desk.routed(), await desk.entered("Яма, да"), await desk.entered("Яма снова")
    await desk.act(merge, desk.curator, into, gone, into_other=False)

    found = await refused(desk.act, mark_repeat, desk.curator, case_id, gone)

    assert (found.code, found.params["into"]) == ("earlier_merged", (await desk.card(into)).number)
    assert (await refused(desk.act, mark_repeat, desk.curator, case_id, 999)).code == "case_unknown"


async def test_the_answer_to_a_repeat_needs_the_measures_taken(desk):
    _, case_id = await repeated(desk)

    found = await refused(desk.act, casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")

    assert found.code == "measures_missing"
    await desk.act(
        casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем", measures="  Яма огорожена 1 июня.\n"
    )
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    draft = (await desk.card(case_id)).draft
    assert (draft.text, draft.measures) == ("Заделаем\n\nЯма огорожена 1 июня.", "Яма огорожена 1 июня.")
    await desk.publish(case_id)
    assert (await verify(desk.database)).findings == []


async def test_a_draft_written_before_the_mark_cannot_be_approved(desk):
    earlier, case_id = await desk.answered(), await desk.routed(text="Яма снова")
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    await desk.act(mark_repeat, desk.curator, case_id, earlier)

    found = await refused(desk.act, casework.approve, desk.curator, case_id, DraftKind.ANSWER)

    assert found.code == "measures_missing"
    await desk.act(casework.send_to_rework, desk.curator, case_id, DraftKind.ANSWER, "Что сделано?")
    assert (await desk.card(case_id)).state is State.REWORK


async def test_a_wrong_mark_is_taken_off_with_its_reason(desk):
    earlier, case_id = await repeated(desk)

    assert (await refused(desk.act, unmark_repeat, desk.curator, case_id, " ")).code == "reason_missing"
    await desk.act(unmark_repeat, desk.curator, case_id, "Другая яма")

    card = await desk.card(case_id)
    assert (card.standing.is_repeat, card.kin.earlier, card.history[-1].note) == (False, None, "Другая яма")
    assert [entry.act for entry in card.history[-2:]] == ["mark_repeat", "unmark_repeat"]
    assert (await desk.card(earlier)).kin.repeats == ()
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('UPDATE "case" SET repeat_of = NULL WHERE repeat_of IS NOT NULL', "case_differs"),
        ("UPDATE draft SET measures = '' WHERE measures <> ''", "text_differs"),
        ("UPDATE draft SET measures = 'Сделано' WHERE measures = ''", "text_differs"),
    ],
)
async def test_a_repeat_that_was_tampered_with_is_named(desk, statement, code):
    _, case_id = await repeated(desk)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем", measures="Огорожено.")

    await tamper(desk.database, statement)

    assert code in {finding.code for finding in (await verify(desk.database)).findings}


async def test_a_region_may_read_a_repeat_as_the_same_authors_only(desk):
    text = regulation_text("kursk").replace('repeat_by = "anyone"', 'repeat_by = "author"')
    await revise_regulation(desk.admin, text, "Толкование")
    anna = {"author_name": "Анна", "author_link": "https://vk.com/id1"}
    earlier = await desk.entered("Яма", **anna)
    await desk.act(casework.route, desk.curator, earlier, desk.routing())
    await desk.act(casework.submit, desk.executor, earlier, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, earlier, DraftKind.ANSWER)
    await desk.publish(earlier)
    hers = await desk.entered("Яма снова", **anna)
    his = await desk.entered("И я про яму", author_name="Пётр", author_link="https://vk.com/id2")

    assert (await refused(desk.act, mark_repeat, desk.curator, his, earlier)).code == "repeat_by_another"
    await desk.act(mark_repeat, desk.curator, hers, earlier)
    assert (await desk.card(hers)).standing.is_repeat
