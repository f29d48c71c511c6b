"""Merging and splitting on both engines: clocks to the second, both histories, nothing lost, one of two wins."""

import asyncio

import pytest

from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, State
from app.services import casework, publishing, queries
from app.services.incoming import Incoming
from app.services.merging import merge, split
from app.services.registering import register
from app.services.repeats import mark_repeat
from app.services.reports.day import read_day
from app.services.selection import Selection
from app.services.verifying import verify
from tests.services.test_verifying import tamper


async def refused(act, *words, **more):
    with pytest.raises(Refused) as error:
        await act(*words, **more)
    return error.value.refusal


async def take_in(desk, case_id, other, who=None):
    """Move the messages of `other` into `case_id`."""
    return await desk.act(merge, who or desk.curator, case_id, other, into_other=False)


async def two(desk):
    """A routed card and, seven minutes younger, one in the inbox."""
    card = await desk.routed()
    desk.clock.move(minutes=7, seconds=11)
    return card, await desk.entered("На Щигровской опять яма, объезжаем по встречной")


def answers(card):
    return {clock.message: (clock.started_at, clock.due_at) for clock in card.clocks if clock.code == "answer"}


def dues(card):
    return {(clock.code, clock.message): clock.due_at for clock in card.open_clocks}


async def test_two_cards_become_one(desk):
    into, gone = await two(desk)
    before, other = await desk.card(into), await desk.card(gone)

    done = await take_in(desk, into, gone)

    card, closed = await desk.card(into), await desk.card(gone)
    assert (done.state, done.version) == (State.DRAFTING, before.version + 1)
    assert [message.came_from for message in card.messages] == ["", other.number]
    assert answers(card) == answers(before) | answers(other)
    assert dues(card)["draft", None] == dues(before)["draft", None]
    assert (closed.state, closed.messages, closed.open_clocks) == (State.MERGED, (), ())
    assert closed.kin.merged_into.number == card.number
    assert [kin.number for kin in card.kin.merged] == [closed.number]
    assert card.history[-1].act == "add_messages"
    assert closed.history[-1].act == "merge"
    assert (await verify(desk.database)).findings == []


async def test_the_card_is_found_by_the_words_of_every_message_and_told_in_the_queue(desk):
    into, gone = await two(desk)
    await take_in(desk, into, gone)

    rows = await queries.list_queue(desk.curator, Selection("executors", "встречной"))

    assert [(row.id, row.messages) for row in rows] == [(into, 2)]
    finished = await queries.list_queue(desk.curator, Selection("finished"))
    assert [(row.id, row.state) for row in finished] == [(gone, State.MERGED)]
    assert (await read_day(desk.curator)).merged == 1


async def test_an_older_message_brings_its_nearer_limit(desk):
    older = await desk.entered("Яма на Щигровской, утро")
    desk.clock.move(minutes=20)
    into = await desk.routed(text="Яма на Щигровской, день")
    limit = dues(await desk.card(older))["answer", (await desk.card(older)).messages[0].uuid]

    await take_in(desk, into, older)

    card = await desk.card(into)
    row = (await queries.list_queue(desk.curator, Selection("executors")))[0]
    assert row.answer_due_at == min(due for (code, _), due in dues(card).items() if code == "answer") == limit
    assert dues(card)["draft", None] < limit


async def test_from_the_other_card_the_same_merging(desk):
    into, gone = await two(desk)

    done = await desk.act(merge, desk.curator, gone, into, into_other=True)

    assert (done.case_id, done.state) == (gone, State.MERGED)
    assert len((await desk.card(into)).messages) == 2
    assert (await verify(desk.database)).findings == []


async def test_a_message_of_the_stream_is_detected_by_being_merged(desk):
    into = await desk.routed()
    desk.clock.move(minutes=5)
    collected = (await register(desk.curator, [Incoming("И я видел яму", "ok")])).case_ids[0]
    desk.clock.move(minutes=5)

    await take_in(desk, into, collected)

    card = await desk.card(into)
    assert card.messages[1].detected_at == desk.clock.now()
    assert answers(card)[card.messages[1].uuid][0] == desk.clock.now()
    assert (await read_day(desk.curator)).detected == 2
    assert (await verify(desk.database)).findings == []


async def test_drafts_of_the_merged_card_are_seen_from_the_other(desk):
    into = await desk.routed()
    gone = await desk.routed("Льгов", text="Яма у вокзала")
    await desk.act(casework.submit, desk.lgov, gone, DraftKind.ANSWER, "Засыпали щебнем")

    await take_in(desk, into, gone)

    card = await desk.card(into, desk.executor)
    assert [draft.text for kin in card.kin.merged for draft in kin.drafts] == ["Засыпали щебнем"]
    assert (await desk.card(gone)).legs[0].state == "dropped"
    other = (await desk.card(gone, desk.lgov)).kin.merged_into
    # PostgreSQL shows nobody the card of another agency, where a merged message is now
    assert (other.number == card.number) if desk.database.is_sqlite else other is None
    assert (await verify(desk.database)).findings == []


async def test_high_importance_goes_with_the_messages(desk):
    into = await desk.routed()
    gone = await desk.routed("Льгов", text="Яма у школы", importance=Importance.HIGH)

    await take_in(desk, into, gone)

    card = await desk.card(into)
    assert card.importance is Importance.HIGH
    assert set(answers(card).values()) == set(answers(await desk.card(gone)).values())
    assert (await verify(desk.database)).findings == []


async def test_merged_and_split_again_everything_is_as_it_was(desk):
    into, gone = await two(desk)
    before, other = await desk.card(into), await desk.card(gone)
    await take_in(desk, into, gone)
    desk.clock.move(minutes=31)

    done = await desk.act(split, desk.curator, into, [other.messages[0].uuid])

    card, back = await desk.card(into), await desk.card(gone)
    assert (done.case_id, done.number, back.state) == (gone, other.number, State.INBOX)
    assert dues(card) == dues(before)
    assert [message.uuid for message in back.messages] == [other.messages[0].uuid]
    assert dues(back)["answer", back.messages[0].uuid] == dues(other)["answer", back.messages[0].uuid]
    assert dues(back)["route", None] > desk.clock.now()
    assert (card.kin.merged, back.kin.merged_into) == ((), None)
    assert [row.id for row in await queries.list_queue(desk.curator, Selection("inbox"))] == [gone]
    assert (await verify(desk.database)).findings == []
    await desk.act(casework.route, desk.curator, gone, desk.routing())
    await take_in(desk, into, gone)
    assert (await verify(desk.database)).findings == []


async def test_some_messages_leave_into_a_card_with_a_number_of_its_own(desk):
    into, second = await two(desk)
    third = await desk.entered("И фонарь не горит")
    for gone in (second, third):
        await take_in(desk, into, gone)
    card = await desk.card(into)
    first = card.messages[0]
    desk.clock.move(minutes=3)

    done = await desk.act(split, desk.curator, into, [card.messages[0].uuid, card.messages[2].uuid])

    new, rest = await desk.card(done.case_id), await desk.card(into)
    assert (new.number, new.state, new.version) == (done.number, State.INBOX, 1)
    assert done.number not in (card.number, (await desk.card(third)).number)
    assert [message.text for message in new.messages] == [first.text, "И фонарь не горит"]
    assert answers(new) == {message.uuid: answers(card)[message.uuid] for message in new.messages}
    assert [message.came_from for message in rest.messages] == [(await desk.card(second)).number]
    row = (await queries.list_queue(desk.curator, Selection("executors")))[0]
    assert row.excerpt.startswith("На Щигровской опять яма")
    assert (await desk.card(third)).state is State.MERGED
    assert (await verify(desk.database)).findings == []


async def test_a_message_under_which_an_answer_stands_stays_with_it(desk):
    into = await desk.routed()
    await desk.act(casework.submit, desk.executor, into, DraftKind.INTERIM, "Смотрим")
    agreed = (desk.clock.now()).date().replace(day=3)
    await desk.act(casework.approve, desk.curator, into, DraftKind.INTERIM, agreed)
    await desk.publish(into, DraftKind.INTERIM)
    gone = await desk.entered("Яма, да")
    first = (await desk.card(into)).messages[0].uuid

    assert (await refused(desk.act, merge, desk.curator, gone, into, into_other=False)).code == "source_published"
    await take_in(desk, into, gone)

    assert (await refused(desk.act, split, desk.curator, into, [first])).code == "answered_stays"
    assert len([clock for clock in (await desk.card(into)).open_clocks if clock.code == "answer"]) == 1
    assert (await verify(desk.database)).findings == []


async def test_a_card_is_answered_whole_and_nothing_goes_after_that(desk):
    into, gone = await two(desk)
    await take_in(desk, into, gone)
    await desk.act(casework.submit, desk.executor, into, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, into, DraftKind.ANSWER)
    messages = (await desk.card(into)).messages
    records = [
        publishing.PublicationRecord(f"https://vk.com/wall-1_2?reply={n}", desk.clock.now(), message_id=message.id)
        for n, message in enumerate(messages, start=3)
    ]
    await desk.act(publishing.publish, desk.executor, into, DraftKind.ANSWER, records)
    late = await desk.entered("Яма, да")

    card = await desk.card(into)
    assert [clock.outcome for clock in card.clocks if clock.code == "answer"] == ["met", "met"]
    found = await refused(desk.act, split, desk.curator, into, [card.messages[0].uuid])
    assert found.code == "act_not_in_state"
    assert (await refused(take_in, desk, into, late)).code == "target_answered"
    await desk.act(mark_repeat, desk.curator, late, into)
    assert (await verify(desk.database)).findings == []


async def test_of_two_curators_one_wins_and_the_other_is_told(desk):
    into, gone = await two(desk)
    other = await desk.entered("Третья")
    first, second = await desk.card(into), await desk.card(other)

    results = await asyncio.gather(
        merge(desk.curator, into, first.version, gone, into_other=False),
        merge(desk.second, other, second.version, gone, into_other=False),
        return_exceptions=True,
    )

    codes = [result.refusal.code for result in results if isinstance(result, Refused)]
    assert codes == ["merged_already"]
    assert sorted([len((await desk.card(card)).messages) for card in (into, other)]) == [1, 2]
    assert (await verify(desk.database)).findings == []


async def test_two_cards_merged_into_each_other_at_once_do_not_wait_for_ever(desk):
    one, other = await desk.entered("Первая"), await desk.entered("Вторая")

    async with asyncio.timeout(20):
        results = await asyncio.gather(
            merge(desk.curator, one, 1, other, into_other=False),
            merge(desk.second, other, 1, one, into_other=False),
            return_exceptions=True,
        )

    assert [result.refusal.code for result in results if isinstance(result, Refused)] == ["merged_already"]


async def test_an_act_whose_outcome_was_not_heard_is_done_once(desk):
    into, gone = await two(desk)
    version, act_id = (await desk.card(into)).version, "0198c2f0-0000-7000-8000-000000000001"

    first = await merge(desk.curator, into, version, gone, into_other=False, act_id=act_id)
    again = await merge(desk.curator, into, version, gone, into_other=False, act_id=act_id)

    assert again == first
    uuid, act_id = (await desk.card(into)).messages[0].uuid, act_id[:-1] + "2"
    await split(desk.curator, into, version + 1, [uuid], act_id)
    await split(desk.curator, into, version + 1, [uuid], act_id)
    assert len((await desk.card(into)).messages) == 1


async def test_a_card_seen_before_another_act_is_refused(desk):
    into, gone = await two(desk)
    version = (await desk.card(into)).version
    await desk.act(casework.take, desk.second, into)

    found = await refused(merge, desk.curator, into, version, gone, into_other=False)
    assert (found.code, found.params["who"]) == ("changed_meanwhile", "Орлова")
    assert (await refused(split, desk.curator, into, version, ["x"])).code == "changed_meanwhile"


async def test_only_curators_merge_and_split(desk):
    into, gone = await two(desk)

    # PostgreSQL does not even show the other agency's case
    assert (await refused(take_in, desk, into, gone, desk.executor)).code in ("role_may_not", "another_agency")
    await take_in(desk, into, gone)
    uuid = (await desk.card(into)).messages[0].uuid
    assert (await refused(desk.act, split, desk.executor, into, [uuid])).code == "role_may_not"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE \"case\" SET merged_into = 'x' WHERE merged_into IS NOT NULL", "case_differs"),
        ("UPDATE message SET case_id = (SELECT MAX(id) FROM \"case\") WHERE case_id <> (SELECT MAX(id) FROM \"case\")",
         "message_differs"),
        ("DELETE FROM message WHERE text LIKE 'На Щигровской%'", "message_differs"),
    ],
)
async def test_messages_moved_behind_the_services_are_named(desk, statement, code):
    await take_in(desk, *await two(desk))

    await tamper(desk.database, statement)

    assert code in {finding.code for finding in (await verify(desk.database)).findings}
