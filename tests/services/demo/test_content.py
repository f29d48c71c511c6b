"""The demo region is whole: references meet, the workflow allows every script, and there is enough to see."""

import re
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.regulation.clocks import Facts, Outcome, advance
from app.regulation.workflow import Act, Role, State, find
from app.resources import resource
from app.services.demo.content import KURSK, DemoContentError, DemoMessage, load_content, with_dates
from app.services.regulations import shipped_regulation, shipped_rules

NOW = datetime(2026, 11, 24, 11, 40, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.fixture(scope="module")
def content():
    return load_content()


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(resource(KURSK), tmp_path / "kursk")


def mend(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def moment(minutes: int) -> datetime:
    return (NOW + timedelta(minutes=minutes)).astimezone(ZoneInfo("UTC"))


def test_there_is_enough_to_see(content):
    assert len(content.messages) >= 60
    assert Counter(agency.kind for agency in content.agencies).keys() == {"regional", "municipal", "federal", "other"}
    assert len(content.agencies) >= 20
    assert len(content.topics) >= 15
    assert sum(map(len, content.topics.values())) >= 80
    assert len(content.return_reasons) >= 3


def test_messages_stand_in_every_state_that_one_agency_can_reach(content):
    states = Counter(message.state for message in content.messages)

    assert set(states) == set(State) - {State.NEW, State.INFORMING, State.PASSING_ON}


def test_every_role_is_worn_and_every_agency_staffed(content):
    roles = {person.role for person in content.people}
    assert roles == set(Role) - {Role.WALL, Role.SYSTEM}
    for agency in content.agencies:
        own = [person.role for person in content.people if person.agency == agency.key]
        assert {Role.EXECUTOR, Role.RESPONSIBLE} <= set(own), agency.key
    assert len({person.name for person in content.people}) == len(content.people)
    assert len({person.body for person in content.people if person.role is Role.CURATOR}) == 2


def test_sources_are_those_of_the_regulation(content):
    known = {source.code for source in shipped_regulation("kursk").sources}

    assert {message.source for message in content.messages} <= known


def test_grounds_are_those_of_the_regulation(content):
    grounds = {act.ground for message in content.messages for act in message.acts if act.ground}

    assert grounds <= {ground.code for ground in shipped_regulation("kursk").grounds}
    assert len(grounds) >= 2


def test_links_are_well_formed_and_none_is_there_twice(content):
    links = [message.link for message in content.messages]

    assert len(set(links)) == len(links)
    hosts = r"https://(vk\.com|ok\.ru|t\.me|www\.youtube\.com|dzen\.ru|max\.ru)/\S+"
    assert [link for link in links if not re.fullmatch(hosts, link)] == []
    for message in content.messages:
        for act in message.acts:
            assert bool(act.link) == (act.act is Act.PUBLISH), message.id


def test_people_act_in_working_hours_and_programs_at_any_time(content):
    agency_hours = shipped_rules("kursk").agency
    for message in content.messages:
        for act in message.acts:
            if act.act is not Act.COLLECT:
                assert agency_hours.is_working(moment(act.minutes)), (message.id, act)


def clocks_of(message: DemoMessage, kinds: dict[str, str]):
    """Every clock of the message, counted by the Kursk regulation through all its acts."""
    rules, clocks, state, leg, agreed = shipped_rules("kursk"), (), State.NEW, "", None
    detections = [moment(act.minutes) for act in message.acts if act.act is Act.DETECT]
    detected = {message.id: detections[0]} if detections else {}
    bound = True
    for number, act in enumerate(message.acts):
        row = find(state, act.act, act.variant)
        state = row.to
        if act.agency:
            leg, bound = str(number), kinds[act.agency] == "regional"
        if act.agreed_in_days:
            agreed = NOW.date() + timedelta(days=act.agreed_in_days)
        facts = Facts(message.importance, None, leg or None, detected, agency_bound=bound, agreed_date=agreed)
        clocks = advance(clocks, row.events, moment(act.minutes), facts, rules)
    return clocks


def test_most_steps_are_in_time_and_some_are_late(content):
    kinds = {agency.key: agency.kind for agency in content.agencies}
    stopped, late, overdue = Counter(), Counter(), Counter()
    for message in content.messages:
        for clock in clocks_of(message, kinds):
            stopped[clock.code] += clock.outcome in (Outcome.MET, Outcome.LATE)
            late[clock.code] += clock.outcome is Outcome.LATE
            overdue[clock.code] += clock.is_open and clock.due_at is not None and clock.due_at < NOW

    assert stopped["route"] >= 40
    assert {"answer", "draft", "approve", "publish", "return"} <= set(+late)
    assert {"route", "reroute", "answer", "draft", "approve", "rework", "publish"} <= set(+overdue)
    assert sum(late.values()) < sum(stopped.values()) / 10
    assert overdue["answer"] <= 4


def test_interim_answers_agree_on_a_day_that_the_text_names(content):
    for message in content.messages:
        for act in message.acts:
            if act.agreed_in_days is not None:
                draft = next(before.draft for before in message.acts if before.draft)
                assert f"{{+{act.agreed_in_days}}}" in draft, message.id


def test_answers_that_a_remark_asked_for_are_at_hand(content):
    reworked = [message for message in content.messages if message.state is State.REWORK]

    assert all(message.next_draft for message in reworked)
    assert len(reworked) >= 3
    closed = (State.ANSWERED, State.NOT_PROCESSED, State.NO_REACTION, State.OUTSIDE_COMPETENCE, State.NO_REPLY)
    assert [message.id for message in content.messages if message.next_draft and message.state in closed] == []


def test_dates_follow_the_demos_today():
    assert with_dates("до {+7}, а письмо от {-5}", date(2026, 11, 24)) == "до 1 декабря, а письмо от 19 ноября"


def test_no_date_is_written_out_in_a_message_or_a_draft(content):
    texts = [text for message in content.messages for text in (message.text, *(act.draft for act in message.acts))]
    texts += [message.next_draft for message in content.messages]

    assert [text for text in texts if re.search(r"\d (ноября|декабря)", text)] == []


def test_the_group_of_a_topic(content):
    assert content.group_of("Льготные лекарства") == "Здравоохранение"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("messages/working.toml", 'agency = "kursk"', 'agency = "kursc"', "message led-trotuar, act 3: unknown agency"),
        ("messages/working.toml", 'topic = "Уборка', 'topic = "Уборки', "message led-trotuar: unknown topic"),
        ("messages/working.toml", '= "город Курск"', '= "город Омск"', "message led-trotuar: unknown municipality"),
        ("messages/working.toml", '= "Центральный округ"', '= "Южный"', "message led-trotuar: unknown settlement"),
        ("messages/working.toml", 'curator = "curator_igor"', 'curator = "supervisor"', "led-trotuar: unknown curator"),
        ("messages/working.toml", '"detect", at = -150', '"detect", at = -170', "act 2: not after the act before it"),
        ("messages/working.toml", '"route", at = -129', '"route", at = 5', "act 3: after the demo's now"),
        ("messages/working.toml", '"route", at = -129', '"reroute", at = -129', "act 3: reroute single is not"),
        ("messages/working.toml", '"route", at = -129', '"rout", at = -129', "act 3: unknown act 'rout'"),
        ("messages/working.toml", 'draft = "a"', 'draft = "z"', "'z' is not among the drafts"),
        ("messages/waiting.toml", 'id = "emodzi"', 'id = "koncert"', "'koncert' is there twice"),
        ("messages/waiting.toml", "text = ", "txt = ", "message svetofor-karla: text is missing"),
        ("agencies.toml", 'kind = "regional"', 'kind = "local"', "agency transport: unknown kind 'local'"),
        ("people.toml", 'agency = "health"', 'agency = "helth"', "unknown agency 'helth'"),
        ("people.toml", 'role = "curator"', 'role = "boss"', "unknown role 'boss'"),
        ("topics.toml", "[[group]]", "[[group", "topics.toml: group: "),
    ],
)
def test_what_does_not_fit_is_told_with_file_and_key(folder, file, old, new, told):
    mend(folder, file, old, new)

    with pytest.raises(DemoContentError) as caught:
        load_content(folder)

    assert str(caught.value).startswith(f"{file}: ")
    assert told in str(caught.value)


def test_a_missing_file_is_named(folder):
    (folder / "people.toml").unlink()

    with pytest.raises(DemoContentError, match=r"people\.toml: person"):
        load_content(folder)
