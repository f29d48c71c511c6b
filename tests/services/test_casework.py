"""Acts on real databases of both kinds: the whole path, each refusal, and what is kept of every act."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from app.models import Agency, Case, History, Note
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, LegKind, Role, State
from app.services import casework, marking, publishing, relay, replies
from app.services.acting import act
from app.services.governor import Handing, report_case
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.replies import ReplyRecord
from app.services.saving import Deed
from app.services.verifying import verify
from tests.helpers.staffed import LINK, START
from tests.helpers.statements import counted

ANSWER, INTERIM, ASK, PART, *_ = DraftKind


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


def clocks(card, *, opened=None):
    return [(c.code, c.outcome) for c in card.clocks if opened is None or c.is_open is opened]


async def open_codes(desk, case_id):
    return sorted(clock.code for clock in (await desk.card(case_id)).open_clocks)


async def test_a_message_goes_from_the_inbox_to_a_published_answer(desk):
    case_id = await desk.entered()
    desk.clock.move(minutes=30)
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    desk.clock.move(minutes=45)
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделаем")
    desk.clock.move(minutes=5)
    await desk.act(casework.send_to_rework, desk.curator, case_id, ANSWER, "Когда?")
    desk.clock.move(minutes=10)
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделаем 5 июня")
    desk.clock.move(minutes=61)
    await desk.act(casework.approve, desk.curator, case_id, ANSWER)
    desk.clock.move(minutes=20)
    await desk.publish(case_id)

    card = await desk.card(case_id)
    assert (card.state, card.version, card.reworks, card.closed_at) == (State.ANSWERED, 7, 1, desk.clock.now())
    assert card.open_clocks == ()
    assert [code for code, outcome in clocks(card) if outcome == "late"] == ["approve"]
    assert [c.late_seconds for c in card.clocks if c.outcome == "late"] == [60]
    assert [(draft.text, draft.remark) for draft in card.drafts] == [("Заделаем", "Когда?"), ("Заделаем 5 июня", "")]
    assert [row.act for row in card.history] == ["enter", "route", "submit", "rework", "submit", "approve", "publish"]
    assert [row.actor for row in card.history] == [
        "Соколова", "Соколова", "Панов", "Соколова", "Панов", "Соколова", "Панов",
    ]  # fmt: skip
    assert [row.note for row in card.history if row.note] == ["Когда?"]
    assert [(row.link, row.same_page) for row in card.publications] == [(LINK, True)]
    assert (await verify(desk.database)).findings == []


async def test_a_collected_message_is_detected_by_a_curator(desk):
    found = await register(desk.curator, [Incoming("Нет света", "vk")])
    [case_id] = found.case_ids
    assert (await desk.card(case_id)).state is State.COLLECTED
    assert await open_codes(desk, case_id) == []

    desk.clock.move(minutes=5)
    await desk.act(casework.detect, desk.curator, case_id)

    card = await desk.card(case_id)
    assert (card.state, card.detected_at, card.messages[0].detected_at) == (State.INBOX, *[desk.clock.now()] * 2)
    assert {c.code: c.started_at for c in card.open_clocks} == dict.fromkeys(("route", "answer"), desk.clock.now())


@pytest.mark.parametrize("exit_state", [State.NOT_PROCESSED, State.NO_REACTION, State.OUTSIDE_COMPETENCE])
async def test_an_excluded_case_comes_back_by_the_supervisor_alone(desk, exit_state):
    case_id = await desk.entered()
    await desk.act(casework.exclude, desk.curator, case_id, exit_state, "не для нас", ground="harm")
    card = await desk.card(case_id)
    assert (card.state, {outcome for _, outcome in clocks(card)}) == (exit_state, {"not_applicable"})
    assert card.closed_at == desk.clock.now()

    with refused("role_may_not"):
        await desk.act(casework.reinstate, desk.curator, case_id, "ошибка")
    with refused("reason_missing"):
        await desk.act(casework.reinstate, desk.chief, case_id, " ")
    desk.clock.move(hours=1)
    await desk.act(casework.reinstate, desk.chief, case_id, "ошибка")

    card = await desk.card(case_id)
    assert (card.state, card.closed_at) == (State.INBOX, None)
    answer = next(c for c in card.open_clocks if c.code == "answer")
    assert answer.started_at == START  # from the detection, as before
    assert (await verify(desk.database)).findings == []


async def test_a_message_put_aside_in_the_stream_is_detected_when_it_comes_back(desk):
    [case_id] = (await register(desk.curator, [Incoming("Спасибо!", "vk")])).case_ids
    await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "")
    desk.clock.move(hours=1)
    await desk.act(casework.reinstate, desk.chief, case_id, "это жалоба")

    card = await desk.card(case_id)
    assert card.messages[0].detected_at == desk.clock.now()
    assert {c.code: c.started_at for c in card.open_clocks} == dict.fromkeys(("route", "answer"), desk.clock.now())


async def test_outside_competence_needs_words_and_not_processed_a_ground(desk):
    case_id = await desk.entered()
    with refused("reason_missing"):
        await desk.act(casework.exclude, desk.curator, case_id, State.OUTSIDE_COMPETENCE, " ")
    with refused("ground_missing"):
        await desk.act(casework.exclude, desk.curator, case_id, State.NOT_PROCESSED, "ругается")
    with refused("ground_missing"):
        await desk.act(casework.exclude, desk.curator, case_id, State.NOT_PROCESSED, "ругается", ground="boredom")


async def test_a_return_and_a_reroute(desk):
    case_id = await desk.routed("Льгов")
    desk.clock.move(minutes=31)
    await desk.act(casework.return_to_curator, desk.lgov, case_id, "Дорога областная", desk.agencies["ДОР"])
    card = await desk.card(case_id)
    assert (card.state, card.returns, card.agency_id) == (State.RETURNED, 1, None)
    assert ("return", "late") in clocks(card)

    await desk.act(casework.reroute, desk.curator, case_id, desk.routing("ДОР"))

    card = await desk.card(case_id)
    assert [(leg.agency, leg.state) for leg in card.legs] == [("Льгов", "returned"), ("ДОР", "active")]
    assert card.facts.agency_bound
    assert not next(c for c in card.open_clocks if c.code == "answer").by_agreement
    assert (await verify(desk.database)).findings == []


async def test_an_agency_not_bound_by_the_act_works_by_agreement(desk):
    card = await desk.card(await desk.routed("Льгов"))

    assert {c.code: c.by_agreement for c in card.clocks} == {
        "route": False, "answer": True, "return": True, "draft": True,
    }  # fmt: skip


async def test_a_relay_goes_through_its_legs_and_the_last_one_answers(desk):
    case_id = await desk.routed("Льгов", "ДОР")
    assert [(leg.kind, leg.state) for leg in (await desk.card(case_id)).legs] == [
        (LegKind.LINK, "active"), (LegKind.LAST, "waiting"),
    ]  # fmt: skip
    with refused("act_not_in_state"):
        await desk.act(casework.submit, desk.lgov, case_id, ANSWER, "Готово")
    await desk.act(casework.submit, desk.lgov, case_id, PART, "Участок наш до моста")
    assert await open_codes(desk, case_id) == ["answer", "pass_on"]
    with refused("role_may_not"):
        await desk.act(relay.pass_on, desk.lgov, case_id)
    await desk.act(relay.pass_on, desk.curator, case_id)

    card = await desk.card(case_id)
    assert [(leg.agency, leg.state) for leg in card.legs] == [("Льгов", "done"), ("ДОР", "active")]
    assert (card.state, await open_codes(desk, case_id)) == (State.DRAFTING, ["answer", "draft", "link", "return"])
    assert (await desk.card(case_id, desk.lgov)).number == card.number  # who had a turn still reads the card
    with refused("another_agency"):
        await desk.act(casework.submit, desk.lgov, case_id, ANSWER, "Ещё раз")
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, case_id, ANSWER)
    await desk.publish(case_id)
    assert (await verify(desk.database)).findings == []


async def test_importance_retimes_the_answer_and_says_so_in_the_history(desk):
    case_id = await desk.routed()
    await desk.act(casework.amend, desk.curator, case_id, desk.routing(importance=Importance.HIGH))

    card = await desk.card(case_id)
    due = {c.code: c.due_at for c in card.open_clocks}
    assert due["answer"] == START + timedelta(hours=5)  # four working hours over lunch
    assert due["draft"] == due["answer"] - timedelta(hours=1)
    assert (await verify(desk.database)).findings == []


# ----- interim answers, requests to the author


async def test_an_interim_answer_needs_its_date_and_the_second_keeps_it(desk):
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, INTERIM, "Разбираемся")
    with refused("agreed_date_missing"):
        await desk.act(casework.approve, desk.curator, case_id, INTERIM)
    with refused("agreed_date_late"):
        await desk.act(casework.approve, desk.curator, case_id, INTERIM, date(2026, 6, 11))
    await desk.act(casework.approve, desk.curator, case_id, INTERIM, date(2026, 6, 4))
    await desk.publish(case_id, INTERIM)
    assert await open_codes(desk, case_id) == ["final"]
    [final] = (await desk.card(case_id)).open_clocks
    assert final.due_at == START.replace(day=4, hour=15)

    desk.clock.move(days=1)
    await desk.act(casework.submit, desk.executor, case_id, INTERIM, "Ещё разбираемся")
    with refused("agreed_date_late"):
        await desk.act(casework.approve, desk.curator, case_id, INTERIM, date(2026, 6, 5))
    await desk.act(casework.approve, desk.curator, case_id, INTERIM)
    await desk.publish(case_id, INTERIM)
    card = await desk.card(case_id)
    assert [(c.code, c.round, c.due_at) for c in card.open_clocks] == [("final", 1, final.due_at)]
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Сделано")
    await desk.act(casework.approve, desk.curator, case_id, ANSWER)
    await desk.publish(case_id)
    assert (await verify(desk.database)).findings == []


async def test_a_request_to_the_author_and_the_reply(desk):
    case_id = await desk.approved(ASK)
    await desk.publish(case_id, ASK)
    assert await open_codes(desk, case_id) == ["await_author"]
    with refused("another_agency"):
        await desk.act(replies.record_reply, desk.lgov, case_id, ReplyRecord("У дома 5"))
    with refused("draft_empty"):
        await desk.act(replies.record_reply, desk.executor, case_id, ReplyRecord(" "))
    desk.clock.move(days=1)
    await desk.act(replies.record_reply, desk.executor, case_id, ReplyRecord("У дома 5"))

    card = await desk.card(case_id)
    assert card.state is State.DRAFTING
    answer = next(c for c in card.open_clocks if c.code == "answer")
    assert (answer.round, answer.started_at) == (2, desk.clock.now())
    assert (await verify(desk.database)).findings == []


async def test_a_case_without_a_reply_is_closed(desk):
    case_id = await desk.approved(ASK)
    await desk.publish(case_id, ASK)
    await desk.act(replies.close_without_reply, desk.curator, case_id, "молчит месяц")

    card = await desk.card(case_id)
    assert (card.state, card.open_clocks, card.history[-1].note) == (State.NO_REPLY, (), "молчит месяц")


async def test_the_governor_is_told_of_a_significant_case_also_after_it_was_answered(desk):
    case_id = await desk.approved()
    with refused("not_significant"):
        await desk.act(report_case, desk.curator, case_id, Handing("Губернатору"))
    await desk.act(marking.mark_significant, desk.curator, case_id)
    with refused("already_significant"):
        await desk.act(marking.mark_significant, desk.curator, case_id)
    await desk.publish(case_id)
    closed = (await desk.card(case_id)).closed_at
    assert await open_codes(desk, case_id) == ["governor"]
    desk.clock.move(hours=1)
    await desk.act(report_case, desk.curator, case_id, Handing("Губернатору", "phone"))

    card = await desk.card(case_id)
    assert (card.open_clocks, card.state, card.closed_at) == ((), State.ANSWERED, closed)
    assert (await verify(desk.database)).findings == []


# ----- refusals


async def test_routing_is_refused_for_what_is_missing_or_switched_off(desk):
    case_id = await desk.entered()
    good = desk.routing()
    for routing, code in [
        (replace(good, topic_id=None), "topic_missing"),
        (replace(good, location_id=None), "location_missing"),
        (replace(good, agency_ids=()), "agency_missing"),
        (replace(good, agency_ids=good.agency_ids * 2), "agency_twice"),
        (replace(good, agency_ids=(999,)), "agency_inactive"),
    ]:
        with refused(code):
            await desk.act(casework.route, desk.curator, case_id, routing)
    async with desk.database.write() as connection:
        await connection.execute(update(Agency).where(Agency.id == good.agency_ids[0]).values(active=False))
    with refused("agency_inactive"):
        await desk.act(casework.route, desk.curator, case_id, good)
    card = await desk.card(case_id)
    assert (card.version, card.legs, len(card.history)) == (1, (), 1)  # nothing was written


async def test_roles_and_agencies_are_kept_apart(desk):
    case_id = await desk.routed()
    for who, code in [(desk.lgov, "another_agency"), (desk.chief, "role_may_not"), (desk.wall, "role_may_not"),
                      (desk.nobodys, "another_agency"), (desk.admin, "role_may_not")]:  # fmt: skip
        with refused(code):
            await desk.act(casework.submit, who, case_id, ANSWER, "Я отвечу")
    with refused("case_unknown"):
        await casework.take(desk.curator, 10_000, 1)


async def test_a_person_of_two_hats_does_not_approve_their_own_draft(desk):
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.both, case_id, ANSWER, "Заделаем")
    with refused("own_draft"):
        await desk.act(casework.approve, desk.both, case_id, ANSWER)
    await desk.act(casework.approve, desk.curator, case_id, ANSWER)


async def test_the_second_of_two_acts_is_refused_and_told_who_was_first(desk):
    case_id = await desk.routed()
    seen = (await desk.card(case_id)).version
    desk.clock.move(minutes=1)
    await casework.submit(desk.executor, case_id, seen, ANSWER, "Заделаем")

    with refused("changed_meanwhile") as caught:
        await casework.take(desk.curator, case_id, seen)

    assert caught.value.refusal.params == {"who": "Панов", "act": "submit", "at": desk.clock.now()}
    assert (await desk.card(case_id)).version == seen + 1


async def test_an_act_repeated_with_its_id_is_done_once(desk):
    case_id = await desk.routed()
    seen = (await desk.card(case_id)).version
    act_id = "0190aaaa-0000-7000-8000-000000000001"
    first = await casework.submit(desk.executor, case_id, seen, ANSWER, "Заделаем", act_id=act_id)
    second = await casework.submit(desk.executor, case_id, seen, ANSWER, "Заделаем", act_id=act_id)

    assert first == second
    assert len((await desk.card(case_id)).drafts) == 1
    other = await desk.routed(text="Другая яма")
    with refused("act_id_taken"):
        await desk.act(casework.submit, desk.executor, other, ANSWER, "Заделаем", act_id=act_id)


# ----- when an act happened


async def test_a_publication_is_judged_by_when_it_was_placed_not_recorded(desk):
    case_id = await desk.approved()
    approved_at = desk.clock.now()
    desk.clock.move(minutes=20)
    await desk.act(casework.take, desk.second, case_id)  # the case was touched after the placement
    desk.clock.move(hours=2)
    await desk.publish(case_id, at=approved_at + timedelta(minutes=10))

    card = await desk.card(case_id)
    assert (card.publications[0].published_at, card.closed_at) == (approved_at + timedelta(minutes=10),) * 2
    assert card.history[-1].recorded_at == desk.clock.now()
    assert ("publish", "met") in clocks(card)
    assert (await verify(desk.database)).findings == []


async def test_a_clock_that_was_set_back_records_no_act_before_the_last(desk):
    case_id = await desk.routed()
    routed_at = desk.clock.now()
    desk.clock.move(minutes=-10)

    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")

    assert (await desk.card(case_id)).history[-1].recorded_at == routed_at
    assert (await verify(desk.database)).findings == []


async def test_a_time_in_another_zone_is_the_same_instant(desk):
    case_id = await desk.approved()
    placed = (desk.clock.now() + timedelta(seconds=0.5)).astimezone(ZoneInfo("Asia/Kamchatka"))
    desk.clock.move(minutes=1)
    await desk.publish(case_id, at=placed)

    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize(
    ("shift", "code"), [({"minutes": 1}, "in_the_future"), ({"minutes": -1}, "before_previous_act")]
)
async def test_a_publication_is_neither_in_the_future_nor_before_its_approval(desk, shift, code):
    case_id = await desk.approved()
    with refused(code):
        await desk.publish(case_id, at=desk.clock.now() + timedelta(**shift))


async def test_a_time_without_a_zone_is_refused(desk):
    case_id = await desk.approved()
    with refused("moment_without_zone"):
        await desk.publish(case_id, at=desk.clock.now().replace(tzinfo=None))


async def test_other_acts_happen_when_they_are_saved(desk):
    case_id = await desk.entered()
    desk.clock.move(minutes=5)
    with refused("happens_when_saved"):
        await act(desk.curator, case_id, 1, Deed("take", occurred_at=START))
    case_id = await desk.routed(text="Вторая")
    with refused("happens_when_saved"):
        await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделаем", occurred_at=START)


async def test_a_curator_records_a_draft_on_behalf_of_the_executor(desk):
    case_id = await desk.routed()
    said_at = desk.clock.now() + timedelta(minutes=5)
    desk.clock.move(minutes=30)
    with refused("not_of_the_agency"):
        author = desk.lgov.person.uuid
        await desk.act(casework.submit, desk.curator, case_id, ANSWER, "Заделаем", author=author, occurred_at=said_at)
    author = desk.executor.person.uuid
    await desk.act(casework.submit, desk.curator, case_id, ANSWER, "Заделаем", author=author, occurred_at=said_at)

    card = await desk.card(case_id)
    assert (card.drafts[0].author, card.drafts[0].recorded_by) == ("Панов", "Соколова")
    last = card.history[-1]
    assert (last.actor, last.on_behalf, last.occurred_at) == ("Соколова", "Панов", said_at)
    await desk.act(casework.approve, desk.curator, case_id, ANSWER)  # the words are the executor's
    assert (await verify(desk.database)).findings == []


async def test_a_letter_from_the_agency_is_recorded_without_a_name(desk):
    case_id = await desk.routed()
    await desk.act(casework.return_to_curator, desk.curator, case_id, "письмо: не наше")

    async with desk.database.read() as connection:
        row = (await connection.execute(select(History.on_behalf).where(History.act == "return"))).one()
        agency = (await connection.execute(select(Agency.uuid).where(Agency.short_name == "ДОР"))).scalar_one()
    assert row.on_behalf == agency


# ----- what is kept


async def test_history_holds_digests_and_never_the_words(desk):
    case_id = await desk.routed()
    await desk.act(casework.return_to_curator, desk.executor, case_id, "Тайное слово исполнителя")

    async with desk.database.read() as connection:
        rows = (await connection.execute(select(History.payload))).scalars().all()
        note = (await connection.execute(select(Note))).one()
    assert note.text == "Тайное слово исполнителя"
    assert not any(word in payload for payload in rows for word in ("Тайное", "Щигровская", "Панов", "Соколова"))


async def test_the_text_approved_is_frozen_byte_for_byte(desk):
    case_id = await desk.routed()
    text = "  Здравствуйте!\r\nЗаделаем 👍\n"
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, text)
    await desk.act(casework.approve, desk.curator, case_id, ANSWER)

    assert (await desk.card(case_id)).drafts[0].text == text


async def test_a_case_keeps_its_regulation(desk):
    case_id = await desk.entered()
    async with desk.database.read() as connection:
        case = (await connection.execute(select(Case).where(Case.id == case_id))).one()
    assert case.regulation_id == desk.curator.current_regulation_id
    assert Role.CURATOR in desk.curator.actor.roles


# ----- what an act costs


@pytest.mark.program
async def test_an_act_takes_few_statements(desk):
    case_id, version = await desk.entered(), 1
    record = publishing.PublicationRecord(LINK, desk.clock.now())
    for most, verb, who, words in [
        (16, casework.route, desk.curator, (desk.routing(),)),
        (14, casework.submit, desk.executor, (ANSWER, "Заделаем")),
        (13, casework.send_to_rework, desk.curator, (ANSWER, "Когда?")),
        (14, casework.submit, desk.executor, (ANSWER, "Заделаем 5 июня")),
        (14, casework.approve, desk.curator, (ANSWER,)),
        (19, publishing.publish, desk.executor, (ANSWER, record)),
    ]:
        with counted(desk.database) as statements:
            version = (await verb(who, case_id, version, *words)).version
        assert 0 < len(statements) <= most, (verb.__name__, statements)


@pytest.mark.program
async def test_a_relay_of_many_takes_as_many_statements_as_a_route_to_one(desk):
    case_id = await desk.entered()

    with counted(desk.database) as statements:
        await casework.route(desk.curator, case_id, 1, desk.routing("ДОР", "ЖКХ", "Льгов"))

    assert 0 < len(statements) <= 16
