"""Reporting to the Governor (п. 24): hand-overs, episodes and surges, on both engines."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from app.models import Blob, Case, Episode, GovernorReport
from app.regulation.errors import Refused
from app.services import casework, episodes, governor, marking, surges
from app.services.counting import count_queues
from app.services.governor import Handing, Papers, report_case, report_episode
from app.services.governor_page import read_episode_file, read_overview
from app.services.incoming import Incoming
from app.services.journal import read_journal
from app.services.registering import register
from app.services.regulations import regulation_text
from app.services.reports.governor import GovernorPaper, paper_of_case, paper_of_episode
from app.services.reports.templates import list_templates, read_template, set_template
from app.services.revisions import revise_regulation
from app.services.verifying import verify


@contextmanager
def refused(code):
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.refusal.code == code


async def marked(desk, text="Яма на Щигровской"):
    case_id = await desk.routed(text=text)
    desk.clock.move(minutes=5)
    await desk.act(marking.mark_significant, desk.curator, case_id)
    return case_id


async def badge(desk):
    return (await count_queues(desk.curator)).pages["governor"]


# ----- a significant case


async def test_a_report_says_to_whom_which_way_when_and_who(desk):
    case_id = await marked(desk)
    assert [case.case_id for case in await governor.list_marked(desk.curator)] == [case_id]
    desk.clock.move(minutes=30)
    at = desk.clock.now() - timedelta(minutes=10)
    handing = Handing("Губернатору Курской области", "phone", "поручено проверить", at, desk.second.person.id)
    await desk.act(report_case, desk.curator, case_id, handing)

    (report,) = await governor.list_reports(desk.curator)
    assert (report.addressee, report.way, report.note) == ("Губернатору Курской области", "phone", "поручено проверить")
    assert (report.reporter, report.reported_at, report.recorded_at) == ("Орлова", at, desk.clock.now())
    assert await governor.list_marked(desk.curator) == []
    clock = next(c for c in (await desk.card(case_id)).clocks if c.code == "governor")
    assert clock.stopped_at == at
    assert (await verify(desk.database)).findings == []


async def test_a_report_may_be_recorded_after_the_case_went_on_but_not_before_the_mark(desk):
    case_id = await marked(desk)
    reported = desk.clock.now() + timedelta(minutes=1)
    desk.clock.move(minutes=20)
    await desk.act(casework.submit, desk.executor, case_id, casework.DraftKind.ANSWER, "Заделаем")
    with refused("before_previous_act"):
        early = Handing("Губернатору", reported_at=reported - timedelta(hours=1))
        await desk.act(report_case, desk.curator, case_id, early)
    with refused("in_the_future"):
        late = Handing("Губернатору", reported_at=desk.clock.now() + timedelta(minutes=1))
        await desk.act(report_case, desk.curator, case_id, late)
    with refused("addressee_missing"):
        await desk.act(report_case, desk.curator, case_id, Handing("  "))
    await desk.act(report_case, desk.curator, case_id, Handing("Губернатору", reported_at=reported))
    assert (await verify(desk.database)).findings == []


async def test_what_was_handed_over_is_kept_with_its_data_and_can_be_made_again(desk):
    case_id = await marked(desk)
    paper = paper_of_case(desk.curator, await desk.card(case_id))
    papers = Papers(paper.to_json(), b"docx" * 400_000, b"%PDF")
    await desk.act(report_case, desk.curator, case_id, Handing("Губернатору"), papers)

    (report,) = await governor.list_reports(desk.curator)
    assert await governor.read_file(desk.curator, report.docx) == papers.docx
    assert GovernorPaper.from_json(json.dumps(await governor.read_dataset(desk.curator, report.id))) == paper
    assert paper.author == ""
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize("column", ["addressee", "note", "dataset", "way", "docx"])
async def test_verification_finds_a_report_that_was_tampered_with(desk, column):
    case_id = await marked(desk)
    await desk.act(report_case, desk.curator, case_id, Handing("Губернатору"), Papers("{}", b"docx", b"pdf"))
    async with desk.database.write() as connection:
        await connection.execute(update(GovernorReport).values({column: "other"}))
    assert "report_differs" in {finding.code for finding in (await verify(desk.database)).findings}


async def test_verification_finds_a_file_that_is_not_what_it_was(desk):
    case_id = await marked(desk)
    await desk.act(report_case, desk.curator, case_id, Handing("Губернатору"), Papers("{}", b"docx", b"pdf"))
    async with desk.database.write() as connection:
        await connection.execute(update(Blob).values(data=b"forged"))
    assert "report_differs" in {finding.code for finding in (await verify(desk.database)).findings}
    with refused("file_damaged"):
        await governor.read_file(desk.curator, (await governor.list_reports(desk.curator))[0].pdf)


async def test_executors_read_nothing_of_it(desk):
    with refused("role_may_not"):
        await governor.list_reports(desk.executor)
    with refused("role_may_not"):
        await read_overview(desk.executor)
    with refused("role_may_not"):
        await episodes.open_episode(desk.chief, "Снег", desk.clock.now())


# ----- episodes


async def opened(desk, *case_ids):
    return await episodes.open_episode(desk.curator, "Уборка снега", desk.clock.now(), case_ids)


async def test_an_episode_has_its_cases_its_stopwatch_its_report_and_its_outcome(desk):
    first, second = await desk.routed(), await desk.routed(text="Снег не убран")
    uuid = await opened(desk, first)
    assert await badge(desk) == 1
    assert await episodes.add_cases(desk.curator, uuid, [first, second]) == 1
    await episodes.remove_case(desk.curator, uuid, first)
    with refused("case_not_in_episode"):
        await episodes.remove_case(desk.curator, uuid, first)
    with refused("episode_not_reported"):
        await episodes.close_episode(desk.curator, uuid, "Убрано")

    desk.clock.move(minutes=40)
    await report_episode(desk.curator, uuid, Handing("Губернатору", "document"), Papers("{}", b"docx", b"pdf"))
    assert await badge(desk) == 0
    desk.clock.move(hours=3)
    await report_episode(desk.curator, uuid, Handing("Губернатору", "phone"))
    await episodes.close_episode(desk.curator, uuid, "Снег убран к вечеру")

    episode, cases = await episodes.read_episode(desk.curator, uuid)
    assert episode.reported_at - episode.started_at == timedelta(minutes=40)
    assert ([case.case_id for case in cases], episode.outcome) == ([second], "Снег убран к вечеру")
    assert [entry.entry for entry in await read_journal(desk.curator, uuid)] == [
        "episode_opened", "episode_cases_added", "episode_cases_added", "episode_case_removed",
        "episode_reported", "episode_reported", "episode_closed",
    ]  # fmt: skip
    with refused("episode_closed"):
        await episodes.add_cases(desk.curator, uuid, [first])
    assert (await verify(desk.database)).findings == []


async def test_the_report_of_an_episode_stops_the_stopwatches_of_its_marked_cases(desk):
    early, plain = await marked(desk), await desk.routed(text="Яма на Кирова")
    desk.clock.move(minutes=10)
    uuid = await episodes.open_episode(desk.curator, "Ямы", desk.clock.now(), [early, plain])
    desk.clock.move(minutes=5)
    reported = desk.clock.now()
    desk.clock.move(minutes=5)
    late = await marked(desk, "Яма на Ленина")
    await episodes.add_cases(desk.curator, uuid, [late])
    await report_episode(desk.curator, uuid, Handing("Губернатору", reported_at=reported))

    first, last = await desk.card(early), await desk.card(late)
    clock = next(c for c in first.clocks if c.code == "governor")
    assert (clock.stopped_at, first.history[-1].variant, first.history[-1].note) == (reported, "episode", "Ямы")
    assert [c.is_open for c in last.clocks if c.code == "governor"] == [True]
    assert (await desk.card(plain)).history[-1].act != "report_governor"
    assert [case.case_id for case in await governor.list_marked(desk.curator)] == [late]
    assert (await verify(desk.database)).findings == []


# ----- a mark taken back, and who reports


async def test_a_mark_is_taken_back_with_a_reason_and_may_be_set_again(desk):
    case_id = await marked(desk)
    with refused("reason_missing"):
        await desk.act(marking.unmark_significant, desk.curator, case_id, " ")
    await desk.act(marking.unmark_significant, desk.curator, case_id, "Отмечено по ошибке")

    card = await desk.card(case_id)
    assert (card.significant, card.history[-1].note) == (False, "Отмечено по ошибке")
    assert [c.outcome for c in card.clocks if c.code == "governor"] == ["not_applicable"]
    assert await governor.list_marked(desk.curator) == []
    with refused("not_significant"):
        await desk.act(report_case, desk.curator, case_id, Handing("Губернатору"))
    await desk.act(marking.mark_significant, desk.curator, case_id)
    assert [c.round for c in (await desk.card(case_id)).open_clocks if c.code == "governor"] == [2]
    assert (await verify(desk.database)).findings == []


async def test_a_mark_changed_behind_the_services_back_is_found(desk):
    case_id = await marked(desk)
    async with desk.database.write() as connection:
        await connection.execute(update(Case).where(Case.id == case_id).values(significant=False))

    assert [finding.expected for finding in (await verify(desk.database)).findings] == ["significant True"]


async def test_who_reports_is_a_reading_of_the_region(desk):
    case_id = await marked(desk)
    uuid = await episodes.open_episode(desk.curator, "Ямы", desk.clock.now(), [case_id])
    by_supervisor = regulation_text("kursk").replace('governor_by = "curator"', 'governor_by = "supervisor"')
    await revise_regulation(desk.admin, by_supervisor, "Толкование")
    with refused("role_may_not"):
        await desk.act(report_case, desk.curator, case_id, Handing("Губернатору"))
    with refused("role_may_not"):
        await report_episode(desk.curator, uuid, Handing("Губернатору"))
    await report_episode(desk.chief, uuid, Handing("Губернатору"))

    assert await governor.list_marked(desk.curator) == []
    assert (await verify(desk.database)).findings == []


async def test_an_episode_wants_a_name_and_cases_that_exist(desk):
    with refused("episode_unnamed"):
        await episodes.open_episode(desk.curator, " ", desk.clock.now())
    uuid = await opened(desk)
    with refused("case_unknown"):
        await episodes.add_cases(desk.curator, uuid, [10_000])
    with refused("episode_unknown"):
        await report_episode(desk.curator, "0", Handing("Губернатору"))
    assert (await episodes.read_episode(desk.curator, uuid))[1] == []


@pytest.mark.parametrize(
    "forged",
    ["UPDATE episode SET reported_at = started_at", "UPDATE episode SET outcome = 'x'", "DELETE FROM episode_case",
     "UPDATE episode SET title = 'x'", "UPDATE episode SET closed_at = started_at"],
)  # fmt: skip
async def test_verification_finds_an_episode_that_was_tampered_with(desk, forged):
    uuid = await opened(desk, await desk.routed())
    desk.clock.move(minutes=4)
    await report_episode(desk.curator, uuid, Handing("Губернатору"))
    assert (await verify(desk.database)).findings == []
    async with desk.database.write() as connection:
        await connection.execute(text(forged))
    assert {"episode_differs"} == {finding.code for finding in (await verify(desk.database)).findings}


async def test_cases_are_found_by_the_end_of_their_numbers(desk):
    case_id = await desk.entered()
    number = (await desk.card(case_id)).number
    assert await episodes.find_numbers(desk.curator, f"{number}, {number[-3:]}") == [case_id, case_id]
    with refused("number_unknown"):
        await episodes.find_numbers(desk.curator, "999999")


# ----- surges


async def past(desk, weeks=4, topic="Ямы", each=2):
    """A quiet past: so many messages a day on one topic."""
    now = desk.clock.now()
    messages = [
        Incoming(f"Яма {day} {n}", "vk", topic=topic, place="Центр", posted_at=now - timedelta(days=day, hours=1),
                 author_name=f"Автор {day} {n}")
        for day in range(1, weeks * 7)
        for n in range(each)
    ]  # fmt: skip
    await register(desk.curator, messages)


async def storm(desk, count=20, author=None):
    now = desk.clock.now()
    messages = [
        Incoming(f"{n}-я яма за утро", "vk", topic="Ямы", place="Центр", posted_at=now - timedelta(minutes=n),
                 author_name=author or f"Житель {n}")
        for n in range(count)
    ]  # fmt: skip
    await register(desk.curator, messages)


async def test_a_surge_is_proposed_once_with_its_reasons_and_confirmed_into_an_episode(desk):
    await past(desk)
    watch = surges.SurgeWatch(desk.curator)
    assert await watch.check() == []
    await storm(desk)
    (uuid,) = await watch.check()
    assert await watch.check() == []
    assert await surges.SurgeWatch(desk.second).check() == []

    (surge,) = await surges.list_surges(desk.curator)
    assert (surge.count >= 15, surge.topic, surge.state) == (True, "Ямы", "proposed")
    assert surge.usual_high < surge.count
    assert await badge(desk) == 1
    episode = await surges.confirm(desk.curator, uuid, "Ямы в Центре")
    view, cases = await episodes.read_episode(desk.curator, episode)
    assert (view.surge_uuid, len(cases) >= 15) == (uuid, True)
    with refused("surge_decided"):
        await surges.dismiss(desk.second, uuid, "нет")
    file = await read_episode_file(desk.curator, episode)
    paper = paper_of_episode(desk.curator, file.episode, list(file.cases), list(file.texts), file.surge)
    assert (paper.surge_count, paper.topics[0][0]) == (surge.count, "Ямы")
    assert (await verify(desk.database)).findings == []


async def test_a_dismissed_surge_comes_again_only_when_it_grows(desk):
    await past(desk)
    await storm(desk)
    watch = surges.SurgeWatch(desk.curator)
    (uuid,) = await watch.check()
    await surges.dismiss(desk.curator, uuid, "флешмоб")
    assert await watch.check() == []
    desk.clock.move(minutes=30)
    await register(desk.curator, [
        Incoming(f"Ещё одна яма {n}", "vk", topic="Ямы", place="Центр", author_name=f"Сосед {n}") for n in range(25)
    ])  # fmt: skip
    assert len(await watch.check()) == 1


@pytest.mark.parametrize("forged", ["count = 3", "state = 'confirmed'", "usual_high = 0"])
async def test_verification_finds_a_proposal_that_was_tampered_with(desk, forged):
    await past(desk)
    await storm(desk)
    await surges.SurgeWatch(desk.curator).check()
    assert (await verify(desk.database)).findings == []
    async with desk.database.write() as connection:
        await connection.execute(text(f"UPDATE surge SET {forged}"))
    assert {"surge_differs"} == {finding.code for finding in (await verify(desk.database)).findings}


async def test_one_person_who_writes_much_is_no_surge(desk):
    await past(desk)
    await storm(desk, author="Неравнодушный")
    watch = surges.SurgeWatch(desk.curator)
    assert await watch.check() == []


async def test_what_a_curator_settles_is_counted_anew_and_what_is_excluded_not_at_all(desk):
    await past(desk)
    watch = surges.SurgeWatch(desk.curator)
    await watch.check()
    before = watch.counted
    case_id = await desk.entered("Совсем другое", author_name="Иванов")
    await watch.check()
    assert watch.counted == before + 1
    await desk.act(casework.exclude, desk.curator, case_id, casework.State.NO_REACTION, "")
    await watch.check()
    assert watch.counted == before


async def test_more_cases_like_an_episodes_are_offered(desk):
    await past(desk)
    await storm(desk)
    watch = surges.SurgeWatch(desk.curator)
    (uuid,) = await watch.check()
    episode = await surges.confirm(desk.curator, uuid, "Ямы")
    assert await surges.cases_like(desk.curator, episode) == []
    await register(desk.curator, [Incoming("Ещё яма", "vk", topic="Ямы", place="Центр")])
    assert len(await surges.cases_like(desk.curator, episode)) == 1


# ----- templates


async def test_the_regions_own_template_beats_the_shipped_one_until_it_is_set_back(desk):
    shipped = await read_template(desk.curator, "governor_case")
    other = await read_template(desk.curator, "governor_episode")
    await set_template(desk.admin, "governor_case", "наш.docx", other)
    assert await read_template(desk.curator, "governor_case") == other
    assert [each.name for each in await list_templates(desk.curator)] == ["наш.docx", ""]
    await set_template(desk.curator, "governor_case", "", b"")
    assert await read_template(desk.curator, "governor_case") == shipped
    with pytest.raises(Refused, match="template_damaged"):
        await set_template(desk.curator, "governor_case", "x.docx", b"not a file")
    with refused("role_may_not"):
        await set_template(desk.executor, "governor_case", "x.docx", other)


async def test_the_tables_hold_what_they_should(desk):
    """An episode opened by hand follows no proposal."""
    uuid = await opened(desk)
    async with desk.database.read() as connection:
        row = (await connection.execute(select(Episode).where(Episode.uuid == uuid))).one()
    assert (row.surge_uuid, row.topic_id, row.closed_at) == (None, None, None)
