"""What people rarely do agrees too: relays, merged and split cards, corrections, requests, repeats, as services store
them. Every figure of every day is told once more from the history alone (tests/helpers/recount.py)."""

from datetime import date, timedelta
from itertools import count

from app.regulation.measures import Dimension
from app.regulation.profile import Importance
from app.regulation.report_days import any_days
from app.regulation.workflow import DraftKind
from app.services import casework, publishing, relay
from app.services.correcting import open_correction, withdraw_correction
from app.services.measuring import period_of, read_book
from app.services.merging import merge, split
from app.services.repeats import mark_repeat
from app.services.replies import ReplyRecord, record_reply
from app.services.verifying import verify
from tests.helpers.recount import read_lives, recount
from tests.services.test_recount import counted, told

FULL = "Яму на Щигровской заделали сегодня утром, бригада работала до полудня; фото сделанного в этом комментарии."
CORRECTION, INTERIM, PART, ASK = DraftKind.CORRECTION, DraftKind.INTERIM, DraftKind.INFORMATION, DraftKind.CLARIFICATION
LINK = "https://vk.com/wall-1_2?reply=9"


_houses = count(1)


async def routed(desk, *agencies, **more):
    """A message of its own words, sent."""
    return await desk.routed(*agencies, text=f"Яма у дома {next(_houses)}", **more)


async def answered(desk):
    case_id = await routed(desk)
    await answer(desk, case_id)
    return case_id


async def answer(desk, case_id, who=None, kind=DraftKind.ANSWER, minutes=20, **more):
    who = who or desk.executor
    await desk.act(casework.submit, who, case_id, kind, FULL)
    desk.clock.move(minutes=minutes)
    await desk.act(casework.approve, desk.curator, case_id, kind, **more)
    desk.clock.move(minutes=minutes)
    records = [
        publishing.PublicationRecord(f"{LINK}{next(_houses)}", desk.clock.now(), message_id=m.id)
        for m in (await desk.card(case_id)).messages
    ]
    await desk.act(publishing.publish, who, case_id, kind, records)


async def relayed(desk):
    """A part sent back once and late, then the second agency's answer; a relay that waits for its first part."""
    case_id = await routed(desk, "ДОР", "Льгов")
    await routed(desk, "ЖКХ", "ДОР")
    desk.clock.move(hours=3)
    await desk.act(casework.submit, desk.executor, case_id, PART, "Наша часть")
    await desk.act(relay.send_back, desk.curator, case_id, "Какой дом?")
    await desk.act(casework.submit, desk.executor, case_id, PART, "Наша часть: дом 5")
    await desk.act(relay.pass_on, desk.curator, case_id)
    await answer(desk, case_id, desk.lgov)
    changed = await routed(desk, "ДОР", "Льгов")
    card = await desk.card(changed)
    await relay.change_order(desk.curator, changed, card.version, card.state, [])
    await answer(desk, changed)


async def merged(desk):
    """Two messages on one card, one of high importance; one answered in the interim before; one split off again."""
    into, gone = await routed(desk), await routed(desk, "ЖКХ", importance=Importance.HIGH)
    desk.clock.move(minutes=40)
    await desk.act(merge, desk.curator, into, gone, into_other=False)
    third = await desk.entered("И ещё одна яма")
    await desk.act(merge, desk.curator, into, third, into_other=False)
    fourth = await desk.entered("Свет не горит")
    await desk.act(merge, desk.curator, into, fourth, into_other=False)
    back = (await desk.card(into)).messages[-1].uuid
    desk.clock.move(minutes=15)
    await desk.act(split, desk.curator, into, [back])
    desk.clock.move(hours=5)
    await answer(desk, into)


async def corrected(desk):
    """A correction that was sent to rework says nothing of the answer; one taken back, one of an interim answer."""
    clean, withdrawn = await answered(desk), await answered(desk)
    desk.clock.move(hours=2)
    await desk.act(open_correction, desk.curator, clean, "Неверная дата")
    await desk.act(casework.submit, desk.executor, clean, CORRECTION, "Заделали 3 июня")
    await desk.act(casework.send_to_rework, desk.curator, clean, CORRECTION, "Какого дома?")
    await answer(desk, clean, kind=CORRECTION)
    await desk.act(open_correction, desk.curator, withdrawn, "Неверная дата")
    await desk.act(withdraw_correction, desk.curator, withdrawn, CORRECTION, "Дата верная")
    promised = await routed(desk)
    await answer(desk, promised, kind=INTERIM, agreed=date(2026, 6, 8))
    await desk.act(open_correction, desk.curator, promised, "Неверный день")
    await desk.act(casework.submit, desk.executor, promised, DraftKind.CORRECTED_INTERIM, FULL)
    await desk.act(casework.send_to_rework, desk.curator, promised, DraftKind.CORRECTED_INTERIM, "Какой?")
    await answer(desk, promised, kind=DraftKind.CORRECTED_INTERIM)
    await answer(desk, promised)


async def asked(desk):
    """A request with a reply, an interim answer, a draft sent to rework, a return, a repeat."""
    case_id = await routed(desk)
    await desk.act(casework.submit, desk.executor, case_id, ASK, "Где это?", asked=("where",))
    await desk.act(casework.approve, desk.curator, case_id, ASK)
    await desk.publish(case_id, ASK)
    desk.clock.move(hours=1)
    await desk.act(record_reply, desk.curator, case_id, ReplyRecord("У дома 5", LINK, desk.clock.now()))
    await answer(desk, case_id)
    returned = await routed(desk, "ДОР")
    desk.clock.move(minutes=40)  # ten minutes late
    await desk.act(casework.return_to_curator, desk.executor, returned, "Не наше")
    await desk.act(casework.reroute, desk.curator, returned, desk.routing("Льгов"))
    reworked = await routed(desk)
    await desk.act(casework.submit, desk.executor, reworked, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.send_to_rework, desk.curator, reworked, DraftKind.ANSWER, "Когда?")
    await answer(desk, reworked)
    again = await desk.entered("Яму на Щигровской так и не заделали")
    await desk.act(mark_repeat, desk.curator, again, reworked)


async def test_every_figure_of_every_day_agrees(desk):
    for play in (relayed, merged, corrected, asked):
        await play(desk)
        desk.clock.move(hours=19)
    assert (await verify(desk.database)).findings in ((), [])

    lives, first = await read_lives(desk.chief), date(2026, 6, 1)
    days = [any_days(first + timedelta(days=n), first + timedelta(days=n)) for n in range(6)]
    days.append(any_days(first, first + timedelta(days=5)))
    calendar, seen = desk.chief.rules().agency, 0
    for each in days:
        period = period_of(desk.chief, each.first, each.last)
        book = await read_book(desk.chief, each.first, each.last)
        parts, _, grid = recount(
            lives, period.begin, period.end, calendar.between, calendar.zone, desk.chief.rules().profile
        )
        found = {"total": book.total, "social": book.social}
        found |= {(d.value, key): figures for d in Dimension for key, figures in book.by(d).items()}
        for key in found.keys() | {k for k, v in parts.items() if told(v) != {"clocks": {}}}:
            assert counted(found[key]) == told(parts[key]), (each.first, key)
            seen += 1
        assert book.grid == grid
    assert seen > 40
    whole = book.total
    assert (whole.reworks, whole.clean) == (1, whole.answered - 1)
