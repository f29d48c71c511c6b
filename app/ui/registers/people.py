"""The register of people in the window: who works here, in which roles, for which agency (п. 5, 6)."""

from collections.abc import Sequence

from app.regulation.duties import Duty
from app.services.directories import read_directories
from app.services.registers import people
from app.services.registers.people import PersonEntry, PersonFacts
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.words import role_name
from app.ui.registers.register import Contents, Field, Register, Values, key_of, quiet
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.rows_model import Column


class People(Register[PersonEntry]):
    """People and their roles; nobody is deleted, one may wear two hats."""

    code = "people"
    title = mark("People and roles")
    hint = mark("Who works at the desk and in the agencies. Nobody is deleted: who has left is switched off.")
    add_words = mark("Add a person")
    duty = Duty.KEEP_PEOPLE
    spare = ("agencies", "roles")

    def columns(self) -> Sequence[Column[PersonEntry]]:
        ink = quiet(lambda row: row.facts.active)
        return (
            Column(key="name", title=tr("Surname, name, patronymic"), enough=360, text=lambda r: r.facts.name,
                   note=_post, ink=ink, sort_key=lambda r: r.facts.name, lines=1),
            Column(key="roles", title=tr("Roles"), width=128, text=_roles, note=_state, ink=ink, sort_key=_roles,
                   tooltip=_roles),
            Column(key="agencies", title=tr("Agency or body"), width=190, text=_body, ink=ink, sort_key=_body,
                   tooltip=_body),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[PersonEntry]:
        rows = await people.list_register(place)
        agencies = (await read_directories(place)).agencies
        used = {grant.agency_id for row in rows for grant in row.facts.grants}
        offered = [Choice(key_of(a.id), a.name) for a in agencies if a.active or a.id in used]
        return Contents(rows, {"agencies": offered})

    def fields(self, contents: Contents[PersonEntry]) -> Sequence[Field]:
        role_codes = ("role_missing", "role_needs_agency", "role_in_one_agency", "post_level_missing")
        return (
            Field("name", tr("Surname, name, patronymic"), codes=("name_missing", "name_too_long")),
            Field("post", tr("Post")),
            Field("body", tr("Body that the person comes from"),
                  note=tr("For a curator: CUR, or the committee.")),
            Field(
                "grants", tr("Roles"), "grants", choices=contents.choices["agencies"], codes=role_codes,
                note=tr("One person may have several. An executor and a responsible official work for one agency."),
            ),
            Field("login", tr("Sign-in"), codes=("login_malformed", "login_taken"),
                  placeholder=tr("the program gives one")),
            Field("active", tr("works here"), "flag", codes=("work_in_hand", "last_administrator")),
        )  # fmt: skip

    def values(self, row: PersonEntry | None) -> Values:
        facts = row.facts if row else PersonFacts("", grants=())
        return {
            "name": facts.name, "post": facts.post, "body": facts.body, "grants": facts.grants,
            "login": facts.login, "active": facts.active,
        }  # fmt: skip

    async def save(self, place: Workplace, row: PersonEntry | None, values: Values) -> int:
        facts = PersonFacts(**values)
        if row is None:
            return await people.add_person(place, facts)
        await people.change_person(place, row.id, row.version, facts)
        return row.id

    def found_by(self, row: PersonEntry) -> str:
        return " ".join((row.facts.name, row.facts.post, row.facts.body, row.facts.login, _roles(row), *row.agencies))

    def heading(self, row: PersonEntry) -> str:
        return row.facts.name

    def standing(self, row: PersonEntry) -> str:
        if not row.curates and not row.executes:
            return tr("Nothing in hand.")
        return tr("In hand: cases as a curator — {curates}, as an executor — {executes}.",
                  curates=row.curates, executes=row.executes)  # fmt: skip

    def warning(self, row: PersonEntry | None, values: Values) -> str:
        if row is not None and row.facts.active and not values["active"] and (row.curates or row.executes):
            return tr("Work in hand must be handed over before the person is switched off.")
        return ""


def _roles(row: PersonEntry) -> str:
    return ", ".join(dict.fromkeys(role_name(grant.role) for grant in row.facts.grants))


def _body(row: PersonEntry) -> str:
    return ", ".join(row.agencies) or row.facts.body


def _post(row: PersonEntry) -> str:
    return row.facts.post


def _state(row: PersonEntry) -> str:
    return "" if row.facts.active else tr("switched off")


