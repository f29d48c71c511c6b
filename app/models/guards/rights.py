"""Who may read and write which rows of which table on PostgreSQL: grants and row-level policies, as data.

Tables of cases are written by `guard.apply_acts` alone: nobody has a grant for them. Other tables are written by those
whose duty it is; where the duty leaves an entry in the journal, a write without one is undone at its end.
Predicates are wrapped in a sub-select, so that they are asked once a statement and not once a row. Security is enabled,
not forced: the owner's migrations and functions see every row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.models.base import Base
from app.models.telling import type_of

ALL = "(SELECT guard.sees_all())"
STAFF = "(SELECT guard.is_staff())"
NOBODY = "false"
PROGRAM = "(SELECT guard.is_program())"
# A wall, too, knows the region and its rules.
SIGNED_IN = "(SELECT guard.has_role('wall') OR guard.is_staff())"
_MINE = "agency_id = ANY ((SELECT guard.my_agencies())::bigint[])"
_ME = "(SELECT guard.person_id())"
# Asked of each row that is looked at. Without it the server reads all turns of an agency first, for a page.
_EACH = "OFFSET 0"
# What somebody of an agency sees of cases, as views of the owner: a policy that asks a table has that table's own
# policy asked within it, and so on; that was most of what a card cost. Each tells ids, and of one's own cases alone.
# What an agency has in hand it was sent: its turns are looked at only of what it had before. `in_hand` is what a page
# of an agency's queue is chosen from, with whose work each case is.
SEEN = {
    "in_hand": "SELECT id, state, agency_id, step_due_at, answer_due_at, executor_id"
    f' FROM public."case" WHERE closed_at IS NULL AND {_MINE}',
    "my_turn": f"SELECT case_id FROM public.leg WHERE received_at IS NOT NULL AND {_MINE}",
    "seen_case": f'SELECT c.id FROM public."case" c WHERE {_MINE} OR EXISTS'
    f" (SELECT FROM guard.my_turn l WHERE l.case_id = c.id {_EACH})"
    " OR (c.merged_into IS NOT NULL AND guard.sees_case(c.id))",
    **{
        f"seen_{table}": f"SELECT t.* FROM (SELECT id, case_id{more} FROM public.{table}) t"
        f" WHERE EXISTS (SELECT FROM guard.seen_case s WHERE s.id = t.case_id {_EACH})"
        for table, more in (("message", ", author_id"), ("draft", ""), ("publication", ""))
    },
}


def role(*names: str) -> str:
    """Whether the person has one of these roles."""
    listed = ", ".join(f"'{name}'" for name in names)
    return f"(SELECT guard.has_role({listed}))"


ADMINISTRATOR, CURATOR, SUPERVISOR = role("administrator"), role("curator"), role("supervisor")
_CONTROL = role("curator", "supervisor", "organiser")
_WRITES_MEMOS = role("curator", "organiser")
# Facts of the database that nobody settles: whoever moved its clock or its zone would move every deadline.
_UNSETTLED = "clock_offset_seconds", "demo", "epoch", "min_client", "region", "workflow", "zone"
_SETTLES = f"{ADMINISTRATOR} AND key NOT IN {_UNSETTLED}"
# п. 6: one's own absence, or those of people one answers for; the substitute is one who may do that work.
_ARRANGES = "guard.may_arrange(person_id, substitute_id)"


@dataclass(frozen=True, slots=True)
class Rights:
    """Predicates of one table: which rows are read; which may be inserted, updated and deleted, "" for none.

    `is_told` says that a write needs an entry in the journal. `columns` are those that a person may change, else all
    but the keys a row is known by (`KEYS`). `signed` name who did it, whoever signed in: "name" who wrote the row, for
    which nobody stands in; "name=column,…" who changed one of these columns. `stamped` say when a row was written
    down, and new rows say now.
    """

    read: str
    insert: str = ""
    update: str = ""
    delete: str = ""
    is_told: bool = False
    columns: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    stamped: tuple[str, ...] = ()


def _kept(who: str, *, read: str = STAFF, delete: bool = False, signed: tuple[str, ...] = ()) -> Rights:
    """A register: whose duty it is writes it, with an entry in the journal."""
    return Rights(read, who, who, who if delete else "", is_told=True, signed=signed)


def _frozen(read: str) -> Rights:
    """A version of the rules: added by an administrator, never changed."""
    return Rights(read, ADMINISTRATOR, is_told=True)


def _of_case(table: str) -> Rights:
    """Rows of a case: read by whoever reads the case, written by acts alone."""
    return Rights(_seen_in(table))


def _seen_in(table: str) -> str:
    """Whether the person sees the case that a row is of."""
    return f"{ALL} OR EXISTS (SELECT FROM guard.seen_case s WHERE s.id = {table}.case_id {_EACH})"


def _of(table: str, key: str, parent: str) -> str:
    return f"EXISTS (SELECT FROM guard.seen_{parent} parent WHERE parent.id = {table}.{key} {_EACH})"


def _entered(key: str) -> str:
    """Whether the message is of a card that this person has in hand as its curator."""
    return (
        f'EXISTS (SELECT FROM public.message m JOIN public."case" c ON c.id = m.case_id'
        f" WHERE m.id = {key} AND c.curator_id = {_ME})"
    )


RIGHTS: dict[str, Rights] = {
    # cases: written by acts alone
    "case": Rights(
        f'{ALL} OR {_MINE} OR EXISTS (SELECT FROM guard.my_turn l WHERE l.case_id = "case".id {_EACH})'
        ' OR ("case".merged_into IS NOT NULL AND guard.sees_case("case".id))'
    ),
    "leg": Rights(f"{ALL} OR ({_MINE} AND received_at IS NOT NULL) OR guard.sees_case(case_id)"),
    **{
        table: _of_case(table)
        for table in ("draft", "approval", "publication", "note", "reply", "history", "clock", "message")
    },
    "author": Rights(f"{ALL} OR EXISTS (SELECT FROM guard.seen_message m WHERE m.author_id = author.id {_EACH})"),
    "attachment": Rights(
        f"{ALL} OR {_of('attachment', 'message_id', 'message')} OR {_of('attachment', 'draft_id', 'draft')}"
        f" OR {_of('attachment', 'publication_id', 'publication')}",
        # what a network sent with a message, and what a curator enters with one
        f"message_id IS NOT NULL AND ({PROGRAM} OR {_entered('message_id')})",
    ),
    "blob": Rights(f"{ALL} OR EXISTS (SELECT FROM public.attachment a WHERE a.sha256 = blob.sha256)", STAFF),
    "case_counter": Rights(NOBODY),
    # asked by guard.recall alone
    "forgetting_secret": Rights(NOBODY),
    "forgotten_mark": Rights(NOBODY),
    "lent": Rights(STAFF),
    "import_run": Rights(
        ALL, CURATOR, f"{CURATOR} AND person_id = {_ME}", signed=("person_id",),
        columns=("state", "changed_at", "rows_read", "rows_new", "rows_known", "rows_refused", "stories"),
    ),
    "reminder_seen": Rights(f"person_id = {_ME}", f"person_id = {_ME}"),
    # what people are at work with beside cases
    "absence": Rights(
        STAFF, _ARRANGES, _ARRANGES, is_told=True,
        columns=("last_day", "cancelled", "changed_by_id"),
        signed=("changed_by_id", "changed_by_id=last_day,cancelled"),
    ),
    "shift": _kept(SUPERVISOR, delete=True, signed=("planned_by_id",)),
    "surge": Rights(
        _CONTROL, f"{CURATOR} AND state = 'proposed' AND decided_by_id IS NULL AND decided_at IS NULL", CURATOR,
        columns=("state", "decided_by_id", "decided_at", "reason", "seen_at"),
        signed=("decided_by_id=state,decided_at,reason",),
    ),
    "episode": _kept(role("curator", "supervisor"), read=_CONTROL, signed=("opened_by_id",)),
    "episode_case": _kept(CURATOR, read=_CONTROL, delete=True),
    # the hand-over may have been another's: who wrote it down is the act's, or the journal's
    "governor_report": Rights(
        _CONTROL, role("curator", "supervisor") + " AND case_id IS NULL", is_told=True, stamped=("recorded_at",)
    ),
    "report_template": Rights(ALL, role("curator", "administrator"), is_told=True, signed=("person_id",)),
    "memo": Rights(
        ALL, CURATOR, _WRITES_MEMOS, CURATOR,
        signed=("author_id", "changed_by_id", "changed_by_id=version,state,title,text,begin,end,closed_at,closed_note"),
    ),
    "memo_addressee": Rights(ALL, CURATOR, _WRITES_MEMOS, CURATOR),
    "memo_item": Rights(
        ALL, f"{CURATOR} AND mended_on IS NULL", _WRITES_MEMOS, CURATOR, signed=("mended_by_id=mended_on,mended_note",)
    ),
    "guidance": _kept(
        role("curator", "organiser"), signed=("changed_by_id", "changed_by_id=version,title,text,withdrawn")
    ),
    "guidance_version": Rights(STAFF, role("curator", "organiser"), is_told=True, signed=("changed_by_id",)),
    # the journal is written by guard.note_down alone
    "journal": Rights(STAFF),
    # registers and rules
    "agency": _kept(ADMINISTRATOR),
    "agency_account": _kept(ADMINISTRATOR),
    "former_name": Rights(STAFF, ADMINISTRATOR),
    "location": _kept(ADMINISTRATOR),
    "official": _kept(ADMINISTRATOR),
    "oversight": _kept(ADMINISTRATOR, delete=True),
    "person": _kept(ADMINISTRATOR, read=f"{STAFF} OR id = {_ME}"),
    "role_grant": _kept(ADMINISTRATOR, read=f"{STAFF} OR person_id = {_ME}", delete=True),
    "source": _kept(ADMINISTRATOR),
    "topic": _kept(ADMINISTRATOR),
    "regulation": _frozen(SIGNED_IN),
    "rule_change": Rights(
        STAFF, ADMINISTRATOR, ADMINISTRATOR, columns=("finished_at", "cases"), signed=("person_id",)
    ),
    "work_hours": _frozen(SIGNED_IN),
    "meta": Rights(SIGNED_IN, _SETTLES, _SETTLES, is_told=True),
    # sign-ins are made by the functions of cur_accounts alone
    "account": Rights(f"{ADMINISTRATOR} OR person_id = {_ME}", is_told=True),
}
RIGHTS |= {
    # raised and told by the program; acknowledged, set aside and told at their desk by people
    "alert": Rights(
        _seen_in("alert"), PROGRAM, f"{STAFF} AND ({_seen_in('alert')})",
        columns=("acknowledged_at", "acknowledged_by_id", "shelved_until", "shelved_by_id", "shelf_reason"),
    ),
    "alert_notice": Rights(
        f"{PROGRAM} OR person_id = {_ME}", f"{PROGRAM} OR person_id = {_ME}", delete=PROGRAM
    ),
    "alert_letter": Rights(PROGRAM, PROGRAM),
    "notice_setting": Rights(
        f"{PROGRAM} OR person_id = {_ME}", f"person_id = {_ME}", f"person_id = {_ME}", f"person_id = {_ME}"
    ),
    # written and sent by the program; an administrator may order a letter sent again
    "mail": Rights(
        f"{PROGRAM} OR {ADMINISTRATOR}", PROGRAM, f"{PROGRAM} OR {ADMINISTRATOR}",
        columns=("state", "next_try_at", "created_at"),
    ),
    # networks and the outbox: ordered by those who answer, carried out by the program
    "connector": Rights(STAFF, ADMINISTRATOR, f"{ADMINISTRATOR} OR {PROGRAM}"),
    "dispatch": Rights(
        _seen_in("dispatch"), _seen_in("dispatch"), _seen_in("dispatch"), signed=("ordered_by_id",)
    ),
    "message_change": Rights(f"{ALL} OR {_of('message_change', 'message_id', 'message')}", PROGRAM),
    "message_origin": Rights(f"{ALL} OR {_of('message_origin', 'message_id', 'message')}", PROGRAM),
    "network_allowance": Rights(ALL, PROGRAM, PROGRAM, PROGRAM),
    "rendering": Rights(f"{ALL} OR {_of('rendering', 'message_id', 'message')}"),
    "update_gap": Rights(
        ALL, PROGRAM, f"{ADMINISTRATOR} OR {CURATOR}", columns=("seen_at", "seen_by_id"), signed=("seen_by_id=seen_at",)
    ),
    # what messages that are alike are found by
    "kin_mark": Rights(ALL, f"{CURATOR} OR {PROGRAM}"),
    # at work on a card: in one's own name, on a card that one sees
    "presence": Rights(
        _seen_in("presence"),
        f'person_id = {_ME} AND EXISTS (SELECT FROM public."case" c WHERE c.id = presence.case_id)',
        f"person_id = {_ME}",
        f"person_id = {_ME}",
        columns=("until",),
    ),
    # imports and reports
    "import_mapping": Rights(ALL, CURATOR, CURATOR, CURATOR, signed=("person_id", "person_id=version,fields,zone")),
    "import_refusal": Rights(ALL, CURATOR, "", CURATOR),
    "report": Rights(ALL, f"{_CONTROL} OR {PROGRAM}", signed=("made_by_id",)),  # the program makes the month's
    "report_delivery": Rights(ALL, CURATOR, "", signed=("reported_by_id",), stamped=("recorded_at",)),
    "street": _kept(ADMINISTRATOR, delete=True),
    "worker_lease": Rights(STAFF, PROGRAM, PROGRAM, PROGRAM),
    "job_run": Rights(ALL, PROGRAM, PROGRAM, PROGRAM),
}
# What a row is known by for good: history and journal name people, agencies, topics by their uuid.
KEYS = "id", "uuid"
# What people settle and write themselves: the program's sign-in reads it.
PEOPLES = {
    "absence", "agency", "agency_account", "guidance", "guidance_version", "location", "memo", "memo_addressee",
    "memo_item", "official", "oversight", "person", "regulation", "report_template", "role_grant", "shift", "source",
    "topic", "work_hours",
}  # fmt: skip
# A table that says nothing yet is the centre's own: read and written by whoever reads every case.
UNSAID = Rights(ALL, ALL, ALL, ALL)
# The most bytes of a row, by table; the longest message is of 100,000 characters. A refused row of an import is kept as
# it was; contents of files have a guard of their own (files.sql).
LARGEST_ROW = 4 << 20
LARGER_ROWS = {"blob": 0, "import_refusal": 64 << 20}
# Of the owner's functions; those of cur_accounts are revoked where they are made.
_REVOKE_FUNCTIONS = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'guard'::regnamespace
        AND proowner = 'cur_owner'::regrole LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION ' || name || ' FROM PUBLIC';
    END LOOP;
END $$
"""
# What a wall counts, and the columns that could name a person or tell their words.
ON_WALL = (
    "agency", "alert", "case", "clock", "history", "leg", "location", "message", "meta", "publication", "regulation",
    "source", "topic", "work_hours",
)  # fmt: skip
WITHOUT = {
    "alert": ("acknowledged_by_id", "shelved_by_id", "shelf_reason"),
    "case": ("excerpt", "folded", "place", "curator_id", "executor_id"),
    "history": ("payload", "actor", "on_behalf"),
    "leg": ("executor_id",),
    "message": ("text", "link", "link_id", "intake_key", "author_id"),
    "publication": ("author_link", "reason", "link", "salt"),
}
_VERBS = (("insert", "WITH CHECK"), ("update", "USING"), ("delete", "USING"))
# What anybody who signed in may call; everything else is the owner's.
CALLED = (
    "begin_acts(bigint[])", "begin_and_read(bigint[], text[], bigint)",
    "apply_acts(jsonb, timestamptz, bigint[], text)", "blob_size(text)",
    "follow(text, bigint, bigint)", "changes_after(bigint, bigint, bigint)",
    "note_down(text, text, text, text)", "take_turn(text)", "learn_regulation(bigint, text, text[], jsonb)",
    "now()", "today()", "is_owner()", "is_program()", "may_arrange(bigint, bigint)",
    "person_id()", "has_role(text[])", "sees_all()", "is_staff()", "my_agencies()", "sees_case(bigint)",
    "recall(text[])", "find_cases(jsonb, jsonb, int)",
    "queue_rows(bigint[], bigint, timestamptz, date, timestamptz, timestamptz)", "card(bigint, bigint, timestamptz)",
)  # fmt: skip
# What opening a database and its policies ask of whoever it is.
_ASKED_OF_ALL = (
    "is_owner()", "is_program()", "person_id()", "has_role(text[])", "sees_all()", "is_staff()",
    "changes_after(bigint, bigint, bigint)",
)  # fmt: skip


def statements() -> Iterator[str]:
    """Everything that grants and restricts, from nothing on; safe to repeat."""
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM cur_desk, cur_worker, PUBLIC"
    yield _REVOKE_FUNCTIONS
    yield "REVOKE ALL ON SCHEMA guard FROM PUBLIC"
    yield "GRANT USAGE ON SCHEMA guard TO cur_desk, cur_worker"
    yield f"GRANT EXECUTE ON FUNCTION {', '.join(f'guard.{name}' for name in CALLED)} TO cur_desk, cur_worker"
    yield "GRANT EXECUTE ON FUNCTION guard.anonymise(int) TO cur_worker"
    yield "GRANT SELECT ON ALL TABLES IN SCHEMA public, guard TO cur_backup"
    yield "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO cur_backup"
    yield "GRANT USAGE ON SCHEMA guard TO cur_backup"
    yield f"GRANT EXECUTE ON FUNCTION {', '.join(f'guard.{name}' for name in _ASKED_OF_ALL)} TO cur_backup"
    yield "GRANT SELECT ON alembic_version TO cur_desk, cur_worker"
    for name, query in SEEN.items():
        yield f"CREATE OR REPLACE VIEW guard.{name} WITH (security_barrier) AS {query}"
        yield f"GRANT SELECT ON guard.{name} TO cur_desk, cur_worker, cur_backup"
    for table in Base.metadata.sorted_tables:
        yield from _table(table.name, RIGHTS.get(table.name, UNSAID))
    yield "GRANT USAGE ON SCHEMA wall TO cur_desk"
    for name in ON_WALL:
        yield from _view(name)
    yield "DROP POLICY IF EXISTS makes ON public.account"
    yield "CREATE POLICY makes ON public.account TO cur_accounts USING (true) WITH CHECK (true)"


def _view(name: str) -> Iterator[str]:
    """What a wall sees of a table: all rows, no personal data; under the table's own name, in a schema of its own."""
    yield f'DROP VIEW IF EXISTS wall."{name}"'
    columns = ", ".join(_shown(name, column) for column in Base.metadata.tables[name].columns)
    yield (
        f'CREATE VIEW wall."{name}" WITH (security_barrier) AS SELECT {columns} FROM public."{name}" '
        "WHERE (SELECT guard.has_role('wall'))"
    )
    yield f'GRANT SELECT ON wall."{name}" TO cur_desk'


def _shown(table: str, column: Any) -> str:
    if column.key not in WITHOUT.get(table, ()):
        return f'"{column.key}"'
    nothing = "NULL" if column.nullable else "''"
    return f'{nothing}::{type_of(column)} AS "{column.key}"'


def _updated(name: str, rights: Rights) -> str:
    """The columns of a table that may be updated at all, as a grant lists them."""
    others = (column.key for column in Base.metadata.tables[name].columns if column.key not in KEYS)
    return ", ".join(f'"{column}"' for column in rights.columns or others)


def _table(name: str, rights: Rights) -> Iterator[str]:
    table = f'public."{name}"'
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"GRANT SELECT ON {table} TO cur_desk, cur_worker"
    yield f"DROP POLICY IF EXISTS reads ON {table}"
    yield f"CREATE POLICY reads ON {table} FOR SELECT USING ({rights.read})"
    for verb, clause in _VERBS:
        yield f"DROP POLICY IF EXISTS {verb}s ON {table}"
        if predicate := getattr(rights, verb):
            # whoever may update the whole table, or delete from it, could also lock it, and with it everybody out
            what = f"{verb} ({_updated(name, rights)})" if verb == "update" else verb
            if verb == "update" and rights.columns and name not in PEOPLES:  # the program wrote the rest
                yield f"GRANT update ({_updated(name, Rights(''))}) ON {table} TO cur_worker"
            whom = "cur_worker" if predicate == PROGRAM else "cur_desk" if name in PEOPLES else "cur_desk, cur_worker"
            yield f"GRANT {what} ON {table} TO {whom}"
            yield f"CREATE POLICY {verb}s ON {table} FOR {verb} {clause} ({predicate})"
    yield f'DROP TRIGGER IF EXISTS "{name}_signed" ON {table}'
    if rights.signed:
        yield (
            f'CREATE TRIGGER "{name}_signed" BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW '
            f"EXECUTE FUNCTION guard.require_own_name({', '.join(map(repr, rights.signed))})"
        )
    yield f'DROP TRIGGER IF EXISTS "{name}_stamped" ON {table}'
    if rights.stamped:
        yield (
            f'CREATE TRIGGER "{name}_stamped" BEFORE INSERT ON {table} FOR EACH ROW '
            f"EXECUTE FUNCTION guard.require_now({', '.join(rights.stamped)})"
        )
    yield f'DROP TRIGGER IF EXISTS "{name}_bounded" ON {table}'
    if most := LARGER_ROWS.get(name, LARGEST_ROW):
        yield (
            f'CREATE TRIGGER "{name}_bounded" BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW '
            f"WHEN (pg_column_size(NEW.*) > {most}) EXECUTE FUNCTION guard.refuse_large_row({most >> 20})"
        )
    yield f'DROP TRIGGER IF EXISTS "{name}_told" ON {table}'
    if rights.is_told:
        yield (
            f'CREATE CONSTRAINT TRIGGER "{name}_told" AFTER INSERT OR UPDATE OR DELETE ON {table} '
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard.require_entry()"
        )
