"""Someone opens the database with a bare driver, signed in as a person: whatever that person must not do is refused.

Each attempt is an SQL statement of their own making; the server's log names who tried it.
"""

import asyncio
import json
from datetime import date, timedelta

import asyncpg
import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.engine import make_url

from app.models import (
    Connector,
    Episode,
    Memo,
    MemoAddressee,
    MemoItem,
    Person,
    Presence,
    Surge,
    UpdateGap,
    new_uuid,
)
from app.models.card import telling
from app.models.database import Database
from app.models.scram import scram_verifier
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind
from app.services import casework, marking, merging, writing
from app.services.alerts.raising import sweep_alerts
from app.services.background.worker import seat_program
from app.services.changes import Feed
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.repeats import mark_repeat
from app.services.verifying import verify
from app.services.wall import WallReading, open_seat
from tests.helpers.databases import PASSWORD
from tests.helpers.intruder import NAMES


@pytest.fixture
def url(postgres_url):
    return postgres_url


FORBIDDEN = [
    "UPDATE public.\"case\" SET state = 'answered'",
    "UPDATE public.\"case\" SET step_due_at = now() + interval '1 year'",
    'DELETE FROM public."case"',
    "INSERT INTO public.leg SELECT * FROM public.leg",
    "UPDATE public.leg SET agency_id = 2",
    "UPDATE public.clock SET due_at = due_at + interval '1 day'",
    "UPDATE public.clock SET outcome = 'met', late_seconds = 0, stopped_at = now()",
    "DELETE FROM public.clock",
    "UPDATE public.history SET actor = 'x'",
    "DELETE FROM public.history",
    "TRUNCATE public.history",
    "INSERT INTO public.history SELECT * FROM public.history",
    "UPDATE public.draft SET text = 'подменено'",
    "UPDATE public.approval SET approved_text = 'подменено'",
    "INSERT INTO public.approval SELECT * FROM public.approval",
    "UPDATE public.message SET text = 'подменено'",
    "DELETE FROM public.note",
    "UPDATE public.author SET name = 'x'",
    "INSERT INTO public.journal SELECT * FROM public.journal",
    "DELETE FROM public.journal",
    "UPDATE public.account SET login = 'x'",
    "UPDATE public.case_counter SET last = 0",
    "DELETE FROM guard.transition",
    "INSERT INTO guard.act_column VALUES ('open', 'state')",
    "SELECT secret FROM guard.program",
    "SELECT guard.anonymise(500)",
    "SELECT words FROM guard.search_entry",
    "UPDATE guard.search_entry SET words = ''",
    "DELETE FROM guard.search_entry",
    "DELETE FROM guard.my_turn",
    "UPDATE guard.seen_case SET id = id",
    "SELECT stem FROM guard.search_word",
    "INSERT INTO guard.search_word VALUES ('яма')",
    "SELECT guard.index_cases('{1}')",
    "SELECT guard.near_stems('петров')",
    "SELECT guard.search_place('{}')",
    "SELECT guard.make_cases('{}', now(), NULL)",
    "SELECT guard.write_rows('{}', now(), NULL)",
    "SELECT guard.insert_rows('journal', '{}', '{}')",
    "SELECT guard.write_clocks('{}', '{}')",
    "SELECT guard.store_cases('{}')",
    "SELECT guard.write_history('{}', NULL)",
    "SELECT guard.seal('{1}', now())",
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE guard.mine (id int)",
    "ALTER TABLE public.history DISABLE TRIGGER ALL",
    'ALTER TABLE public."case" DISABLE ROW LEVEL SECURITY',
    "DROP TABLE public.history",
    "SET ROLE cur_owner",
    "SET ROLE cur_accounts",
    "SET ROLE cur_backup",
    "SET ROLE cur_worker",
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica",
    "CREATE ROLE helper LOGIN",
    "GRANT cur_owner TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "COPY public.history TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    # what would hold everybody up, or fill the server's disk
    "LOCK TABLE public.meta IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE public.person IN SHARE MODE",
    "LOCK TABLE public.worker_lease IN ACCESS EXCLUSIVE MODE",
    "SELECT guard.end_blockers_after('0 seconds')",
    "SELECT pg_advisory_lock(g) FROM generate_series(1, 100000) g",
    "SELECT pg_try_advisory_lock(g, 1) FROM generate_series(1, 100000) g",
    "SELECT pg_advisory_xact_lock_shared(1)",
    "SET temp_file_limit = -1",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_logical_emit_message(false, 'x', 'x')",
    # what forgetting keeps, and what tells of it
    "SELECT secret FROM guard.program",
    "SELECT guard.forgotten_digest('x')",
    "SELECT guard.anonymise(1)",
    "SELECT bytes FROM guard.stored",
    "SELECT nextval('public.case_id_seq')",
    # versions of the rules stay as they are
    "UPDATE public.regulation SET text = ''",
    "UPDATE public.work_hours SET agency = ''",
    "UPDATE public.absence SET person_id = 1",
    "UPDATE public.guidance_version SET text = ''",
    # what the program noticed, sent and counted is not put otherwise
    "UPDATE public.alert SET due_at = now() + interval '1 day'",
    "UPDATE public.alert SET ended_at = now()",
    "UPDATE public.mail SET address = 'x@example.com', state = 'waiting'",
    "UPDATE public.surge SET count = 1",
    "UPDATE public.update_gap SET since = now()",
    "UPDATE public.rule_change SET why = ''",
    "UPDATE public.import_run SET file_name = ''",
]


@pytest.mark.parametrize("who", ["curator", "executor", "chief", "admin", "wall", "nobodys"])
async def test_nobody_writes_to_cases_forges_history_or_escalates(desk, intruder, who):
    await desk.approved()
    before = await state_of(desk)

    for statement in FORBIDDEN:
        state, said = await intruder.tries(who, statement)
        assert state in ("42501", "22023", "P0001", "25006"), (statement, said)
    assert await state_of(desk) == before


async def state_of(desk):
    """Everything of cases and journal, as the owner sees it."""
    tables = ("case", "leg", "clock", "history", "draft", "approval", "message", "note", "author", "journal", "account")
    async with desk.database.read() as connection:
        return [(await connection.execute(text(f'SELECT * FROM "{table}" ORDER BY 1'))).all() for table in tables]


async def test_an_executor_reads_what_was_sent_to_their_agency_and_nothing_else(desk, intruder):
    mine, other = await desk.routed(), await desk.routed("Льгов", text="Не горит фонарь")
    inbox = await desk.entered("В обработке у куратора")

    for table, column in (("public.case", "id"), ("public.leg", "case_id"), ("public.clock", "case_id"),
                          ("public.history", "case_id"), ("public.message", "case_id"),
                          # what policies ask is read by whoever they are asked of
                          ("guard.in_hand", "id"), ("guard.my_turn", "case_id"), ("guard.seen_case", "id"),
                          ("guard.seen_message", "case_id")):  # fmt: skip
        asked = f"SELECT {column} FROM {table}"
        assert {row[0] for row in await intruder.rows("executor", asked)} == {mine}, table
        assert {row[0] for row in await intruder.rows("stranger", asked)} == {other}
        assert await intruder.rows("nobodys", asked) == await intruder.rows("wall", asked) == []
    everything = {row[0] for row in await intruder.rows("curator", 'SELECT id FROM public."case"')}
    assert everything == {mine, other, inbox}


FIND = "SELECT id FROM guard.find_cases($1, $2, 1000)"


@pytest.mark.parametrize(
    ("who", "finds"),
    [
        ("curator", ["mine", "other", "inbox"]), ("chief", ["mine", "other", "inbox"]), ("executor", ["mine"]),
        ("admin", ["mine", "other", "inbox"]), ("stranger", ["other"]), ("wall", []), ("nobodys", []),
    ],
)  # fmt: skip
async def test_a_search_finds_what_may_be_read_whatever_a_client_asks(desk, intruder, who, finds):
    made = {"mine": await desk.routed(text="Яма у Кошкина")}
    made["other"] = await desk.routed("Льгов", text="Яма у Мышкина")
    made["inbox"] = await desk.entered("Яма во дворе", author_name="Анна Мышкина")
    expected = {made[name] for name in finds}

    async def found(*words, **place):
        asked = json.dumps([{"words": words, "number": "", "open": True}])
        return {row[0] for row in await intruder.rows(who, FIND, asked, json.dumps(place))}

    assert await found("яма") == await found("яма", order="newest") == expected
    assert await found("яма", ids=list(made.values())) == expected
    assert await found("яма", me=desk.curator.person.id, order="turn") == expected
    for agency in desk.agencies.values():
        assert await found("яма", agency=agency) <= expected
    # neither words, nor what is nearly alike, nor the name of who wrote tells of another's case
    assert await found("мышкина") == expected & {made["other"], made["inbox"]}
    assert await found("мышкнна") == expected & {made["other"]}
    assert await found("') OR true --", "яма") == set()
    for place in ({"states": ["') OR true --"]}, {"signs": ["') > 0 OR true --"]}, {"order": "id; DROP TABLE x"}):
        assert await found("яма", **place) <= expected


ROWS = "SELECT id FROM guard.queue_rows($1, NULL, now(), current_date, now(), now())"


@pytest.mark.parametrize("who", NAMES)
async def test_rows_told_without_policies_are_those_that_the_policies_let_through(desk, intruder, who):
    ids = [await desk.routed(), await desk.routed("Льгов", text="Фонарь")]
    ids += [await desk.routed("ДОР", "Льгов", text="Люк")]
    ids += [await desk.entered("В обработке у куратора"), await desk.entered("Слитая")]
    await desk.act(merging.merge, desk.curator, ids[-1], ids[0], into_other=True)
    seen = {row[0] for row in await intruder.rows(who, 'SELECT id FROM public."case"')}

    assert {row[0] for row in await intruder.rows(who, ROWS, ids)} == seen
    all_see, some = ("curator", "second", "chief", "admin", "both"), {"executor": 3, "stranger": 1}
    assert len(seen) == (5 if who in all_see else some.get(who, 0))


CARD = "SELECT * FROM guard.card($1, $2, $3)"


@pytest.mark.parametrize("who", NAMES)
async def test_a_card_told_without_policies_is_what_the_policies_let_through(desk, intruder, who):
    mine = await desk.approved()
    await desk.publish(mine)
    ids = [mine, await desk.routed("Льгов", text="Фонарь"), await desk.routed("ДОР", "Льгов", text="Люк")]
    ids += [await desk.entered("В обработке", author_name="Анна Мышкина"), await desk.entered("Слитая")]
    await desk.act(mark_repeat, desk.curator, ids[1], mine)
    await desk.act(merging.merge, desk.curator, ids[-1], ids[2], into_other=True)
    me, until = desk.second.person.id, desk.clock.now() + timedelta(hours=1)
    async with desk.database.write() as connection:
        await connection.execute(insert(Presence), [{"case_id": each, "person_id": me, "until": until} for each in ids])
    await (await intruder.at(who)).execute("SET search_path = public")  # a wall's own begins with its views
    _, function = telling()
    under_policies = function[function.index("SELECT (SELECT json_agg"):function.index("; END IF")]

    seen = set()
    for case_id in ids:
        told = await intruder.rows(who, CARD, case_id, me + 1, desk.clock.now())
        [row] = await intruder.rows(who, under_policies, case_id, me + 1, desk.clock.now())
        assert [tuple(each) for each in told] == ([tuple(row)] if row["case"] else []), case_id
        seen |= {case_id for _ in told}
    assert seen == {row[0] for row in await intruder.rows(who, 'SELECT id FROM public."case"')}


async def test_a_place_that_is_no_place_is_refused(desk, intruder):
    await desk.routed()
    asked = json.dumps([{"words": ["яма"], "number": "') | ('яма", "open": False}])
    for place in ({"agency": "1 OR true"}, {"ids": ["1) OR (true"]}, {"overdue": "now') OR true --"}):
        state, _ = await intruder.tries("stranger", FIND, asked, json.dumps(place))
        assert state.startswith("22"), place


async def test_an_agency_whose_turn_has_not_come_sees_nothing_of_the_case(desk, intruder):
    case_id = await desk.routed("ДОР", "Льгов")

    assert await intruder.rows("executor", "SELECT id FROM leg WHERE case_id = $1", case_id)
    for seen in ("SELECT id FROM leg", 'SELECT id FROM "case"', "SELECT id FROM history", "SELECT id FROM message"):
        assert await intruder.rows("stranger", seen) == [], seen


async def test_who_was_switched_off_has_no_role_in_a_connection_that_is_open_still(desk, intruder):
    asked = "SELECT guard.has_role('supervisor'), guard.sees_all()"
    assert [tuple(row) for row in await intruder.rows("chief", asked)] == [(True, True)]

    async with desk.database.write() as connection:
        await connection.execute(update(Person).where(Person.name == NAMES["chief"]).values(active=False))

    assert [tuple(row) for row in await intruder.rows("chief", asked)] == [(False, False)]


async def test_authors_are_read_by_those_who_answer_them(desk, intruder):
    await desk.entered("Яма", author_name="Иван Петров", author_link="https://vk.com/id1")
    names = "SELECT name FROM public.author"

    assert [row[0] for row in await intruder.rows("curator", names)] == ["Иван Петров"]
    for who in ("executor", "nobodys", "wall"):
        assert await intruder.rows(who, names) == []


async def test_the_wall_counts_without_a_name_or_a_word(desk, intruder):
    await desk.entered("Иван Петров с Ленина, 5 просит", author_name="Иван Петров")
    await desk.routed()

    [row] = await intruder.rows("wall", 'SELECT count(*), min(answer_due_at) FROM "case"')
    assert row[0] == 2
    for table in ("case", "message", "history", "leg", "publication"):
        told = " ".join(str(value) for row in await intruder.rows("wall", f'SELECT * FROM "{table}"') for value in row)
        assert "Петров" not in told
        assert "Щигровская" not in told
    for table in ("case", "message", "author", "draft", "note", "person", "history", "journal", "blob"):
        seen = await intruder.rows("wall", f'SELECT * FROM public."{table}"')
        assert [row for row in seen if row.get("name") != "Табло"] == [], table
    address = make_url(desk.database.url).set(username=intruder.login("wall"), password=PASSWORD)
    database = await Database.open_to_read(address.render_as_string(hide_password=False))
    assert (await WallReading(await open_seat(database)).read()).open == 2  # what it may see is what a wall asks
    await database.close()
    for who in ("curator", "executor"):  # the wall's views are the wall's
        assert await intruder.rows(who, 'SELECT * FROM wall."case"') == []


# ----- acts: the function is all they have


@pytest.fixture
def documents(monkeypatch):
    """What the program sends to the database, act by act; the test may change it on the way."""
    sent = []
    from app.services import writing

    real = writing.apply

    async def noted(connection, acts, begun):
        sent.append(json.loads(writing.to_json(acts)))
        return await real(connection, acts, begun)

    monkeypatch.setattr(writing, "apply", noted)
    return sent


BEGIN, APPLY = "SELECT at, seal FROM guard.begin_acts($1)", "SELECT guard.apply_acts($1::jsonb, $2, $3, $4)"


async def send(intruder, who, case_ids, document, twice=False, **changes):
    """Send a document of the program's own, changed, by a bare connection and take it back; gives what refused it."""
    connection = await intruder.at(who)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT set_config('test.now', $1, true)", intruder.desk.clock.now().isoformat())
    begun = await connection.fetchrow(BEGIN, case_ids)
    now = begun["at"].isoformat()
    act = document | {"act_id": "01a2-forged", "recorded_at": now, "occurred_at": now} | changes
    acts = [act, act | {"act_id": "01a2-again"}] if twice else [act]
    try:
        await connection.execute(APPLY, json.dumps(acts), begun["at"], case_ids, begun["seal"])
    except asyncpg.PostgresError as error:
        return error.args[0]
    finally:
        await transaction.rollback()
    return None


async def forge(intruder, who, case_id, document, **changes):
    """The same of an act on one case, which must be refused; gives the refusal's code."""
    said = await send(intruder, who, [case_id], document, **changes)
    assert said is not None, "nothing refused it"
    return said


async def test_an_act_is_refused_to_the_wrong_role_name_and_moment(desk, intruder, documents):
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    documents.clear()
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    approval = documents[0][0]
    other = await desk.routed(text="Другая яма")
    await desk.act(casework.submit, desk.executor, other, DraftKind.ANSWER, "Тоже заделаем")
    card = await desk.card(other)
    mine = approval | {"case": card.uuid, "version": card.version}
    executor = desk.executor.actor.person

    assert await forge(intruder, "curator", other, mine, actor=executor) == "another_name"
    assert await forge(intruder, "executor", other, mine) == "another_name"
    assert await forge(intruder, "executor", other, mine, actor=executor) == "role_may_not"
    assert await forge(intruder, "curator", other, mine, program=True) == "role_may_not"
    assert await forge(intruder, "stranger", other, mine, actor=desk.lgov.actor.person) == "case_unknown"
    assert await forge(intruder, "curator", other, mine, version=1) == "changed_meanwhile"
    assert await forge(intruder, "curator", other, mine, workflow="old") == "program_of_another_workflow"
    assert await forge(intruder, "curator", other, mine, recorded_at="2026-06-01T06:00:00+00:00") == "moment_forged"
    earlier = "2026-06-01T06:59:00+00:00"
    assert await forge(intruder, "curator", other, mine, occurred_at=earlier) == "happens_when_saved"
    assert await forge(intruder, "curator", other, mine, variant="interim") == "another_draft"
    assert await forge(intruder, "curator", other, mine, act="publish") == "act_not_in_state"
    assert await forge(intruder, "curator", other, mine, act_id=approval["act_id"]) == "act_id_taken"
    assert await forge(intruder, "curator", other, mine, twice=True) == "changed_meanwhile"
    assert (await desk.card(other)).version == card.version


async def test_an_act_writes_what_is_of_it_and_no_more(desk, intruder, documents):
    case_id = await desk.routed()
    documents.clear()
    await desk.act(marking.mark_significant, desk.curator, case_id)
    card, mark = await desk.card(case_id), documents[0][0]
    other = await desk.routed(text="Другая яма")
    theirs = await desk.card(other)
    mine = mark | {"case": theirs.uuid, "version": theirs.version}
    leg = {"table": "leg", "verb": "update", "rows": [], "where": {}, "values": {"state": "done"}}
    history = {"table": "history", "verb": "insert", "rows": [{}], "where": {}, "values": {}}

    assert await forge(intruder, "curator", other, mine, columns={"state": "answered"}) == "not_of_this_act"
    due = {"answer_due_at": "2027-01-01T00:00:00Z"}
    assert await forge(intruder, "curator", other, mine, columns=due) == "not_of_this_act"
    assert await forge(intruder, "curator", other, mine, columns={"executor_id": 1}) == "not_of_this_act"
    assert await forge(intruder, "curator", other, mine, changes=[leg]) == "not_of_this_act"
    assert await forge(intruder, "curator", other, mine, changes=[history]) == "not_of_this_act"
    # the history of another case, or without the clock that was started
    payload = json.loads(mine["payload"])
    assert await forge(intruder, "curator", other, mine) == "history_forged"
    payload |= {"case": theirs.uuid, "clocks": []}
    assert await forge(intruder, "curator", other, mine, payload=json.dumps(payload)) == "history_forged"
    assert await forge(intruder, "curator", other, mine, started=[], payload=json.dumps(payload)) == "clock_forged"
    assert card.significant
    assert not (await desk.card(other)).significant


async def test_an_agency_answers_for_what_is_written_down_in_its_name_and_when(desk, intruder, documents):
    """A curator writes down what an agency told by telephone: in its name, or its people's, and no others'."""
    case_id = await desk.routed()
    documents.clear()
    await desk.act(casework.submit, desk.curator, case_id, DraftKind.ANSWER, "Заделаем")
    other = await desk.routed(text="Другая яма")
    card = await desk.card(other)
    mine = documents[0][0] | {"case": card.uuid, "version": card.version, "payload": json.dumps({"case": card.uuid})}

    for stranger in (desk.lgov.actor.person, desk.curator.actor.person, new_uuid()):
        assert await forge(intruder, "curator", other, mine, on_behalf=stranger) == "not_of_the_agency"

    documents.clear()
    await desk.routed(text="Третья яма")
    routing = next(one for acts in documents for one in acts if one["act"] == "route")
    inbox = await desk.entered("Четвёртая")
    card = await desk.card(inbox)
    [legs] = [change for change in routing["changes"] if change["verb"] == "insert"]
    for moment in ("received_at", "opened_at", "finished_at"):
        forged = {"uuid": new_uuid(), moment: "2026-05-01T07:00:00+00:00"}
        told = [{**legs, "rows": [row | forged for row in legs["rows"]]}]
        mine = routing | {"case": card.uuid, "version": card.version, "changes": told}
        assert await forge(intruder, "curator", inbox, mine) == "moment_forged", moment


async def unsent(desk, *act):
    """The documents of an act that the program makes and does not send."""
    made = []

    async def kept(_connection, acts, _begun):
        made.extend(json.loads(writing.to_json(acts)))
        raise KeyError("not sent")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "apply", kept)
        with pytest.raises(KeyError):
            await desk.act(*act)
    return made


async def test_clocks_are_neither_moved_nor_kept_from_running_out(desk, intruder):
    case_id = await desk.routed()
    desk.clock.move(days=3)
    [late] = await unsent(desk, casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    draft = next(clock for clock in late["changed"] if clock["code"] == "draft")
    rest = [clock for clock in late["changed"] if clock["code"] != "draft"]
    assert (draft["outcome"], draft["late_seconds"] > 0) == ("late", True)

    async def tried(**facts):
        changed = [*rest, draft | facts]
        return await forge(intruder, "executor", case_id, late, changed=changed)

    due = draft["stopped_at"]
    assert await tried(outcome="met", late_seconds=0) == "clock_forged"
    assert await tried(outcome="met", late_seconds=0, due_at=due) == "clock_forged"
    assert await tried(stopped_at="2026-06-01T07:10:00+00:00", outcome="met", late_seconds=0) == "clock_forged"
    assert await tried(outcome="not_applicable", late_seconds=None) == "clock_forged"
    assert await tried(started_at="2026-06-01T08:00:00+00:00") == "clock_forged"
    assert await forge(intruder, "executor", case_id, late, changed=rest) == "clock_forged"
    assert await forge(intruder, "executor", case_id, late, started=[]) == "clock_forged"
    invented = late["started"][0] | {"code": "final"}
    assert await forge(intruder, "executor", case_id, late, started=[*late["started"], invented]) == "clock_forged"


def another(document):
    """The document of another card of another message, which says the same."""
    told = json.dumps(document)
    for change in document["changes"]:
        for row in change["rows"]:
            told = told.replace(row["uuid"], new_uuid()).replace(row["intake_key"], new_uuid())
    return json.loads(told.replace(document["case"], new_uuid()))


async def test_a_message_is_detected_when_its_act_says_and_its_clocks_run_from_then(desk, intruder, documents):
    await desk.entered("Яма")
    entering = another(documents[0][0])
    detected = entering["new_case"]["detected_at"]
    earlier, later = "2026-06-01T06:50:00+00:00", "2026-06-01T07:10:00+00:00"

    async def tried(*, message=detected, case=detected, clocks=None, curator=desk.curator.person.id, **facts):
        [change] = entering["changes"]
        told = {**change, "rows": [change["rows"][0] | {"detected_at": message}]}
        card = entering["new_case"] | {"detected_at": case, "curator_id": curator}
        started = [clock | {"started_at": clocks or clock["started_at"]} for clock in entering["started"]]
        return await send(
            intruder, "curator", [], entering | {"changes": [told], "new_case": card, "started": started}, **facts
        )

    assert await tried() is None
    for moment in (earlier, later, None):
        assert await tried(message=moment) == "moment_forged"
        assert await tried(message=moment, case=moment) == "moment_forged"
        assert await tried(case=moment) == "moment_forged"
    assert await tried(clocks=earlier) == "clock_forged"
    # entered late, as an export says: no clock gains by it
    assert await tried(message=earlier, case=earlier, occurred_at=earlier) == "clock_forged"
    assert await tried(message=later, case=later, clocks=later, occurred_at=later) == "in_the_future"
    assert await tried(act="collect", started=[]) == "moment_forged"
    assert await tried(curator=desk.second.person.id) == "another_name"


async def test_what_is_taken_out_of_the_stream_is_detected_then_with_its_messages(desk, intruder):
    [case_id] = (await register(desk.curator, [Incoming("Яма", "vk")])).case_ids
    [detection] = await unsent(desk, casework.detect, desk.curator, case_id)
    [change] = detection["changes"]

    async def tried(changes, **columns):
        said = detection["columns"] | columns
        return await send(intruder, "curator", [case_id], detection, columns=said, changes=changes)

    assert await tried([change]) is None
    for moment in ("2026-06-01T06:50:00+00:00", "2026-06-01T07:10:00+00:00", None):
        assert await tried([change], detected_at=moment) == "moment_forged"
        assert await tried([{**change, "values": {"detected_at": moment}}], detected_at=moment) in (
            "moment_forged", "clock_forged")  # fmt: skip
    assert await tried([]) in ("moment_forged", "clock_forged")


async def test_a_moment_is_taken_back_only_as_it_was_given(desk, intruder, documents):
    case_id = await desk.entered()
    connection = await intruder.at("curator")
    act = [{"workflow": "x"}]

    begun = await connection.fetchrow(BEGIN, [case_id])
    with pytest.raises(asyncpg.PostgresError, match="moment_forged"):  # of another transaction
        await connection.execute(APPLY, json.dumps(act), begun["at"], [case_id], begun["seal"])
    transaction = connection.transaction()
    await transaction.start()
    begun = await connection.fetchrow(BEGIN, [case_id])
    earlier = begun["at"] - timedelta(minutes=5)
    with pytest.raises(asyncpg.PostgresError, match="moment_forged"):
        await connection.execute(APPLY, json.dumps(act), earlier, [case_id], begun["seal"])
    await transaction.rollback()


async def test_the_journal_is_written_in_ones_own_name(desk, intruder):
    mine, other = desk.curator.actor.person, desk.chief.actor.person
    note = "SELECT guard.note_down('subject', 'memo_drafted', '{}', $1)"

    assert (await intruder.tries("curator", note, other))[1] == "another_name"
    assert (await intruder.tries("wall", note, mine))[1] == "another_name"
    await intruder.rows("curator", note, mine)
    seen = await intruder.rows("curator", "SELECT actor FROM public.journal WHERE subject = 'subject'")
    assert [row["actor"] for row in seen] == [mine]


async def test_registers_are_an_administrators_and_never_silent(desk, intruder):
    rename = "UPDATE public.agency SET name = 'Переименовано' WHERE id = 1"

    assert (await (await intruder.at("curator")).execute(rename)) == "UPDATE 0"
    assert (await intruder.tries("admin", rename))[1] == "entry_missing"
    for who in ("curator", "chief", "executor"):
        grant = "INSERT INTO public.role_grant (person_id, role, post_level) VALUES (1, 'administrator', '')"
        assert (await intruder.tries(who, grant))[0] == "42501"


async def test_an_administrator_settles_neither_time_nor_what_is_whose(desk, intruder):
    before = await intruder.rows("admin", "SELECT * FROM public.meta ORDER BY key")
    for key in ("clock_offset_seconds", "zone", "epoch", "workflow"):
        await intruder.rows("admin", "UPDATE public.meta SET value = '-864000' WHERE key = $1", key)
    assert await intruder.rows("admin", "SELECT * FROM public.meta ORDER BY key") == before
    settle = "INSERT INTO public.meta VALUES ($1, '60')"
    assert (await intruder.tries("admin", settle, "clock_offset_seconds"))[0] == "42501"
    verifier = "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy"
    # what may be done leaves an entry in the journal, or is undone
    assert (await intruder.tries("admin", settle, "soon_minutes"))[1] == "entry_missing"
    assert (await intruder.tries("admin", "SELECT guard.follow('topic', 2, 3)"))[1] == "entry_missing"
    reset = "SELECT guard.reset_account($1, $2)"
    assert (await intruder.tries("admin", reset, intruder.login("curator"), verifier))[1] == "entry_missing"


ABSENT = """
INSERT INTO public.absence
    (uuid, person_id, substitute_id, reason, first_day, last_day, cancelled, changed_by_id, arranged_at)
SELECT 'u', p.id, s.id, 'leave', '2020-01-01', '2035-01-01', false, b.id, now()
FROM public.person p JOIN public.person b ON b.name = $3 LEFT JOIN public.person s ON s.name = $2 WHERE p.name = $1
"""
NOTED = "SELECT guard.note_down('s', 'absence_arranged', '{}', $1)"


@pytest.mark.parametrize(
    ("who", "away", "substitute", "by"),
    [
        # who sent somebody of another agency away would have that agency's cases
        ("executor", "Львов", "Панов", "Панов"), ("executor", "Двое", "Панов", "Панов"),
        ("executor", "Панов", "Львов", "Панов"), ("executor", "Панов", "Двое", "Шеф"),
        ("curator", "Львов", None, "Соколова"), ("chief", "Львов", "Панов", "Шеф"),
    ],
)  # fmt: skip
async def test_nobody_sends_away_whom_they_do_not_answer_for(desk, intruder, who, away, substitute, by):
    state, said = await intruder.tries(who, ABSENT, away, substitute, by)
    assert state == "42501" or said == "another_name"


@pytest.mark.parametrize(
    ("who", "away", "substitute"),
    [("executor", "Панов", "Двое"), ("curator", "Соколова", "Орлова"), ("chief", "Панов", "Двое")],
)
async def test_whose_work_it_is_and_who_answers_for_them_arrange_an_absence(desk, intruder, who, away, substitute):
    connection = await intruder.at(who)
    async with connection.transaction():
        await connection.execute(ABSENT, away, substitute, NAMES[who])
        await connection.execute(NOTED, desk.people[NAMES[who]].actor.person)
    assert len(await intruder.rows(who, "SELECT FROM public.absence")) == 1


ACK = "UPDATE public.alert SET acknowledged_at = guard.now(), acknowledged_by_id = $1"
SHELVE = "UPDATE public.alert SET shelved_until = guard.now() + $2::interval, shelf_reason = $3, shelved_by_id = $1"


async def test_an_alert_is_answered_by_whoever_is_asked_in_their_own_name_and_now(desk, intruder):
    me, curator = desk.executor.person.id, desk.curator.person.id

    async def sweep(**later):
        desk.clock.move(**later)
        await sweep_alerts(await seat_program(desk.database, Feed()))
        for who in ("executor", "curator"):
            await intruder.rows(who, "SELECT set_config('test.now', $1, false)", desk.clock.now().isoformat())

    async def tries_to_silence(who):
        for change in ("acknowledged_at = guard.now()", "acknowledged_at = guard.now(), acknowledged_by_id = NULL",
                       "shelf_reason = 'x'", "shelved_until = guard.now() + interval '9 minutes'"):  # fmt: skip
            assert (await intruder.tries(who, f"UPDATE public.alert SET {change}"))[1] == "another_name", change

    await desk.entered("Ждёт куратора")
    await sweep(minutes=20)
    await tries_to_silence("curator")
    assert await (await intruder.at("curator")).execute(ACK, curator) == "UPDATE 1"

    for agency in ("ДОР", "Льгов"):
        await desk.routed(agency, text=f"Яма: {agency}", importance=Importance.HIGH)
    await sweep(hours=3, minutes=50)  # a draft is due in ten minutes
    await tries_to_silence("executor")
    assert (await intruder.tries("executor", ACK, desk.lgov.person.id))[1] == "another_name"
    for who, person in (("chief", desk.chief.person.id), ("admin", desk.admin.person.id), ("curator", curator)):
        assert (await intruder.tries(who, f"{ACK} WHERE side = 'agency'", person))[1] == "alert_not_yours"
    long_ago = ACK.replace("guard.now()", "guard.now() - interval '2 hours'")
    assert (await intruder.tries("executor", long_ago, me))[1] == "moment_forged"
    # nor is it set aside without a reason, or past its limit
    assert (await intruder.tries("executor", SHELVE, me, timedelta(minutes=9), " "))[1] == "shelf_without_reason"
    assert (await intruder.tries("executor", SHELVE, me, timedelta(days=9), "Ждём"))[1] == "shelf_past_deadline"

    assert await (await intruder.at("executor")).execute(SHELVE, me, timedelta(minutes=9), "Ждём") == "UPDATE 1"
    assert (await intruder.tries("executor", "UPDATE public.alert SET shelved_until = NULL"))[1] == "another_name"
    back = ACK.replace("SET", "SET shelved_until = NULL,")
    assert await (await intruder.at("executor")).execute(back, me) == "UPDATE 1"
    async with desk.database.write() as owner:
        await owner.execute(text("UPDATE alert SET ended_at = guard.now()"))
    assert (await intruder.tries("executor", ACK, me))[1] == "alert_over"


# By whom, and a row that names nobody.
SIGNED = {
    "INSERT INTO public.import_run (uuid, file_name, started_at, changed_at, file_hash, file_bytes, export, state,"
    " rows_read, rows_new, rows_known, rows_refused, stories)"
    " VALUES ('u', 'x.csv', now(), now(), '', 0, '', 'done', 0, 0, 0, 0, '{}')": "curator",
    "INSERT INTO public.import_mapping (fingerprint, version, file_name, fields, zone, changed_at)"
    " VALUES ('f', 1, 'x.csv', '{}', '', now())": "curator",
    # the month's report is the program's
    "INSERT INTO public.report (uuid, kind, first_day, last_day, edition, made_at, regulation_id, hours_version,"
    " definitions, history_id, sha256) SELECT 'u', 'period', '2026-05-01', '2026-05-31', 1, now(), id, '1', '1', 0, ''"
    " FROM public.regulation": "chief",
    "INSERT INTO public.rule_change (uuid, hours_version, why, changed_at, cases)"
    " VALUES ('u', '1', 'x', now(), 0)": "admin",
    "UPDATE public.surge SET state = 'dismissed', reason = 'тихо'": "curator",
    "UPDATE public.surge SET state = 'dismissed', decided_at = now(), decided_by_id = NULL": "curator",
    "UPDATE public.update_gap SET seen_at = now()": "curator",
    "UPDATE public.memo SET closed_note = 'Закрыто', state = 'closed'": "second",
    "UPDATE public.memo_item SET mended_on = '2026-06-02'": "second",
}  # fmt: skip


async def test_nothing_is_done_by_nobody_nor_left_under_anothers_name(desk, intruder):
    mine, day, now, case_id = desk.curator.person.id, date(2026, 6, 1), desk.clock.now(), await desk.routed()
    surge = {"uuid": new_uuid(), "since": now, "hours": 1, "count": 9, "usual_low": 0, "usual_high": 1, "found_at": now,
             "seen_at": now, "mark": "m", "state": "proposed"}  # fmt: skip
    memo = {"uuid": new_uuid(), "state": "sent", "title": "О сроках", "text": "Прошу", "begin": day, "end": day,
            "author_id": mine, "changed_by_id": mine, "made_at": now, "changed_at": now, "sent_at": now}  # fmt: skip
    async with desk.database.write() as owner:
        await owner.execute(insert(Surge).values(**surge))
        made = (await owner.execute(insert(Memo).values(**memo).returning(Memo.id))).scalar_one()
        item = {"uuid": new_uuid(), "memo_id": made, "key": "k", "case_id": case_id, "rule": "late", "found_at": now}
        await owner.execute(insert(MemoItem).values(**item))
        connector = {"uuid": new_uuid(), "network": "vk", "name": "Курск"}
        connector_id = (await owner.execute(insert(Connector).values(**connector).returning(Connector.id))).scalar_one()
        await owner.execute(insert(UpdateGap).values(connector_id=connector_id, reason="x", found_at=now))
        await owner.execute(text("UPDATE role_grant SET role = 'organiser' WHERE person_id = :id"),
                            {"id": desk.people["Орлова"].person.id})  # fmt: skip
    for statement, who in SIGNED.items():
        assert (await intruder.tries(who, statement))[1] == "another_name", statement


async def test_what_is_known_by_its_key_keeps_it(desk, intruder):
    """History and journal name people and agencies by their uuid: who changed it would put others in their place."""
    for table in ("person", "agency", "topic", "location", "official", "source", "shift", "episode"):
        for key in ("uuid = 'x'", "id = id + 1000"):
            tried = await intruder.tries("admin", f"UPDATE public.{table} SET {key}")
            assert tried[0] == "42501", (table, key)
    assert (await intruder.tries("executor", "UPDATE public.presence SET case_id = 1"))[0] == "42501"


async def test_what_became_of_an_answer_on_its_way_is_the_programs_to_say(desk, intruder):
    case_id = await desk.approved()
    card = await desk.card(case_id)
    values = {"uuid": new_uuid(), "case_id": case_id, "message_id": card.messages[0].id, "draft_uuid": card.draft.uuid,
              "network": "vk", "rung": "reply", "may_fall": True, "reason": "", "digest": "x", "key": "k",
              "act_id": new_uuid(), "state": "waiting", "attempts": 0, "ordered_by_id": None, "link": "", "fault": "",
              "fault_params": "{}"}  # fmt: skip

    def order(who, **changes):
        row = values | {"ordered_by_id": desk.people[NAMES[who]].person.id} | changes
        columns = ", ".join([*row, "not_before", "ordered_at"])
        marks = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        return f"INSERT INTO public.dispatch ({columns}) VALUES ({marks}, now(), now()) RETURNING id", *row.values()

    for who in ("chief", "admin"):
        assert (await intruder.tries(who, *order(who)))[1] == "role_may_not"
    for made_up in ({"state": "sent", "link": "https://vk.com/wall-1_1"}, {"draft_uuid": new_uuid()}):
        assert (await intruder.tries("executor", *order("executor", **made_up)))[1] == "not_approved"
    [row] = await intruder.rows("executor", *order("executor"))
    for change in ("state = 'sent'", "state = 'done'", "link = 'https://vk.com/wall-1_1'", "digest = 'y'", "key = 'z'",
                   "network = 'ok'", "state = 'sending'"):  # fmt: skip
        tried = await intruder.tries("executor", f"UPDATE public.dispatch SET {change} WHERE id = {row['id']}")
        assert tried[1] == "outbox_too_late", change
    assert (await intruder.tries("chief", "UPDATE public.dispatch SET state = 'cancelled'"))[1] == "role_may_not"
    await intruder.rows("executor", "UPDATE public.dispatch SET state = 'cancelled'")
    assert (await intruder.tries("executor", "UPDATE public.dispatch SET state = 'waiting'"))[1] == "outbox_too_late"


async def test_a_late_report_to_the_governor_is_not_written_down_as_an_early_one(desk, intruder):
    mine, now = desk.curator.person.id, desk.clock.now()
    episode = {"uuid": new_uuid(), "title": "Вода", "opened_by_id": mine, "since": now, "started_at": now}
    async with desk.database.write() as owner:
        made = (await owner.execute(insert(Episode).values(**episode).returning(Episode.id))).scalar_one()
    put = "INSERT INTO governor_report (uuid, addressee, way, note, reported_by_id, reported_at, recorded_at, dataset,"
    put += " docx, pdf, episode_id) VALUES ($1, 'Губернатор', 'paper', '', $2, now() - interval '3 hours',"
    put += f" now() - $3::interval, '', '', '', {made})"
    assert (await intruder.tries("curator", put, "u1", mine, timedelta(hours=3)))[1] == "moment_forged"
    assert (await intruder.tries("curator", put, "u2", mine, timedelta(0)))[1] == "entry_missing"


async def test_a_memo_that_was_sent_stays_as_it_was_sent(desk, intruder):
    mine, day, now = desk.curator.person.id, date(2026, 6, 1), desk.clock.now()
    values = {"uuid": new_uuid(), "state": "sent", "title": "О сроках", "text": "Прошу", "begin": day, "end": day,
              "author_id": mine, "changed_by_id": mine, "made_at": now, "changed_at": now, "sent_at": now}  # fmt: skip
    async with desk.database.write() as owner:
        memo = (await owner.execute(insert(Memo).values(**values).returning(Memo.id))).scalar_one()
        await owner.execute(insert(MemoAddressee).values(memo_id=memo, name="Петров", post="заместитель"))

    for statement in (
        "UPDATE memo SET text = 'Не прошу'", "UPDATE memo SET sent_at = now() - interval '3 days'",
        "UPDATE memo SET state = 'draft'", "DELETE FROM memo", "DELETE FROM memo_addressee",
        "UPDATE memo_addressee SET name = 'Сидоров'",
        f"INSERT INTO memo_addressee (memo_id, name, post, why, received_note) VALUES ({memo}, 'С', '', '', '')",
    ):  # fmt: skip
        assert (await intruder.tries("curator", statement))[1] == "memo_sent", statement
    for statement in ("UPDATE memo_addressee SET received_at = now()", "UPDATE memo SET state = 'received'"):
        assert await (await intruder.at("curator")).execute(statement) == "UPDATE 1"


async def test_sign_ins_are_an_administrators_and_stay_small(desk, intruder):
    make = "SELECT guard.make_account($1, $2, $3)"
    verifier = "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy"
    person = desk.people["Ничей"].person.id

    for who in ("curator", "chief", "executor", "wall"):
        assert (await intruder.tries(who, make, person, "helper", verifier))[1] == "role_may_not"
    assert (await intruder.tries("admin", make, person, "postgres", verifier))[1] == "login_malformed"
    assert (await intruder.tries("admin", make, person, "cur_owner", verifier))[1] == "login_malformed"
    assert (await intruder.tries("admin", make, person, "x'; DROP", verifier))[1] == "login_malformed"
    assert (await intruder.tries("admin", make, person, "helper", "пароль словами"))[1] == "verifier_malformed"
    async with desk.database.write() as owner:
        await owner.execute(text("CREATE ROLE of_another_region LOGIN IN ROLE cur_desk"))
    try:
        assert (await intruder.tries("admin", make, person, "of_another_region", verifier))[1] == "login_taken"
    finally:
        async with desk.database.write() as owner:
            await owner.execute(text("DROP ROLE of_another_region"))
    own = intruder.login("admin")
    assert (await intruder.tries("admin", make, person, own, verifier))[1] in ("another_name", "login_taken")
    assert (await intruder.tries("admin", "SELECT guard.block_account('postgres')"))[1] == "login_malformed"


async def test_a_blocked_person_is_signed_out_and_stays_out(desk, intruder):
    login = intruder.login("chief")
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()"
    await intruder.rows("chief", "SELECT 1")
    assert (await intruder.rows("admin", sessions, login))[0][0] == 1
    url = make_url(desk.database.url)
    try:
        async with (await intruder.at("admin")).transaction():
            await intruder.rows("admin", "SELECT guard.block_account($1)", login)
            mine = desk.admin.actor.person
            await intruder.rows("admin", "SELECT guard.note_down('s', 'sign_in_blocked', '{}', $1)", mine)
        async with asyncio.timeout(20):
            while (await intruder.rows("admin", sessions, login))[0][0]:
                await asyncio.sleep(0)
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(host=url.host, port=url.port, database=url.database, user=login, password=PASSWORD)
    finally:
        async with desk.database.write() as owner:  # sign-ins are the server's: other tests need theirs
            await owner.execute(text(f'ALTER ROLE "{login}" LOGIN'))


OWN_SETTINGS = {
    "DateStyle": "German, DMY", "IntervalStyle": "sql_standard", "TimeZone": "Asia/Tokyo", "bytea_output": "escape",
    "default_text_search_config": "pg_catalog.simple", "extra_float_digits": "-5",
}  # fmt: skip


async def test_what_somebody_settles_for_their_own_sign_in_changes_nothing_for_others(desk, intruder):
    """A role may settle what its sessions begin with: no function goes by that, and a new password ends it."""
    login = intruder.login("executor")
    settled = "SELECT count(*) FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole WHERE rolname = $1"
    case_id = await desk.routed()
    base = make_url(desk.database.url).database
    try:
        for name, value in OWN_SETTINGS.items():
            await intruder.rows("executor", f"ALTER ROLE CURRENT_USER SET {name} = '{value}'")
        await intruder.rows("executor", f"ALTER ROLE CURRENT_USER IN DATABASE {base} SET search_path = public")
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделали")
        assert (await verify(desk.database)).findings == []
        assert (await intruder.rows("admin", settled, login))[0][0] == 2

        verifier = scram_verifier(PASSWORD)
        async with (await intruder.at("admin")).transaction():
            await intruder.rows("admin", "SELECT guard.reset_account($1, $2)", login, verifier)
            mine = desk.admin.actor.person
            await intruder.rows("admin", "SELECT guard.note_down('s', 'password_renewed', '{}', $1)", mine)
        assert (await intruder.rows("admin", settled, login))[0][0] == 0
    finally:
        async with desk.database.write() as owner:  # sign-ins are the server's: other tests need theirs
            await owner.execute(text(f'ALTER ROLE "{login}" RESET ALL'))


async def test_what_is_refused_is_in_the_servers_log_with_who_tried(desk, intruder, postgres):
    await intruder.tries("executor", "UPDATE public.history SET actor = 'следы'")

    told = (postgres.home / "log").read_text(encoding="utf-8", errors="replace")
    denied = [line for line in told.splitlines() if "permission denied for table history" in line]
    assert f"@{intruder.login('executor')}@" in denied[-1]
    assert "следы" in told


def test_every_table_says_who_reads_and_writes_it():
    from app.models.base import Base
    from app.models.guards.rights import RIGHTS

    assert set(Base.metadata.tables) - set(RIGHTS) == set()
