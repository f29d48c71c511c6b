"""The register of officials who never sign in: whom memos and reports go to (п. 22–24)."""

from collections.abc import Sequence
from datetime import date

from app.regulation.duties import Duty
from app.services import officials
from app.services.directories import read_directories
from app.services.officials import OfficialFacts, OfficialView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.moments import day as day_words
from app.texts.registers import OFFICIAL_ROLES
from app.ui.registers.register import Contents, Field, Register, Values, key_of, named
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.rows_model import Column


class Officials(Register[OfficialView]):
    """Deputy governors and the like: post, since when, what they oversee."""

    code = "officials"
    title = mark("Officials")
    hint = mark("Deputy governors and others who never sign in: memos and reports are addressed to them.")
    about = ("shortcomings", "monthly", "report_governor")
    add_words = mark("Add an official")
    duty = Duty.KEEP_OFFICIALS
    spare = ("days", "oversees")

    def __init__(self) -> None:
        self._today = date.min
        self._titles: dict[str, str] = {}
    def columns(self) -> Sequence[Column[OfficialView]]:
        return (
            Column(key="name", title=tr("Surname, name, patronymic"), enough=400, text=_name, note=lambda r: r.post,
                   ink=self._ink, sort_key=lambda r: r.name, tooltip=lambda r: r.post, lines=1),
            Column(key="oversees", title=tr("Oversees"), width=190, text=self._oversees, ink=self._ink,
                   tooltip=self._oversees),
            Column(key="days", title=tr("In office"), width=110, text=_days, ink=self._ink,
                   sort_key=lambda r: r.from_day),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[OfficialView]:
        self._today = place.now().astimezone(place.rules().agency.zone).date()
        directories = await read_directories(place)
        topics = [Choice(key_of(t.id), t.name, t.group or tr("the whole group")) for t in directories.topics]
        agencies = [Choice(key_of(a.id), a.name) for a in directories.agencies]
        self._titles = {f"topic{c.key}": c.title for c in topics} | {f"agency{c.key}": c.title for c in agencies}
        return Contents(await officials.list_officials(place), {"topics": topics, "agencies": agencies})

    def fields(self, contents: Contents[OfficialView]) -> Sequence[Field]:
        return (
            Field("name", tr("Surname, name, patronymic"), codes=("name_missing", "name_too_long")),
            Field("post", tr("Post"), codes=("post_missing",)),
            Field("role", tr("Memos and reports"), "choice", choices=named(OFFICIAL_ROLES), codes=("choice_unknown",)),
            Field("acting", tr("acting («и. о.»)"), "flag",
                  note=tr("While somebody acts in a post, they are told and not the one they act for.")),
            Field("from_day", tr("In office from"), "day"),
            Field("to_day", tr("In office to, this day included"), "day", placeholder=tr("until now"),
                  codes=("days_reversed",)),
            Field("topics", tr("Oversees topics"), "many", choices=contents.choices["topics"],
                  placeholder=tr("Type a word of a topic or group")),
            Field("agencies", tr("Oversees agencies"), "many", choices=contents.choices["agencies"],
                  placeholder=tr("Type a word of an agency")),
        )  # fmt: skip

    def values(self, row: OfficialView | None) -> Values:
        if row is None:
            return {
                "name": "", "post": "", "role": "deputy", "acting": False, "from_day": self._today, "to_day": None,
                "topics": (), "agencies": (),
            }  # fmt: skip
        return {
            "name": row.name, "post": row.post, "role": row.role, "acting": row.acting, "from_day": row.from_day,
            "to_day": row.to_day, "topics": tuple(map(key_of, row.topics)),
            "agencies": tuple(map(key_of, row.agencies)),
        }  # fmt: skip

    async def save(self, place: Workplace, row: OfficialView | None, values: Values) -> int:
        ids = {code: tuple(int(key) for key in values[code]) for code in ("topics", "agencies")}
        facts = OfficialFacts(**(values | ids))
        if row is None:
            return await officials.add_official(place, facts)
        await officials.change_official(place, row.id, row.version, facts)
        return row.id

    def found_by(self, row: OfficialView) -> str:
        return f"{row.name} {row.post} {self._oversees(row)}"

    def heading(self, row: OfficialView) -> str:
        return _name(row)

    def standing(self, row: OfficialView) -> str:
        return "" if row.is_in_office(self._today) else tr("Not in office today.")

    def _ink(self, row: OfficialView) -> str:
        return "ink" if row.is_in_office(self._today) else "ink_third"

    def _oversees(self, row: OfficialView) -> str:
        keys = [f"topic{key}" for key in row.topics] + [f"agency{key}" for key in row.agencies]
        words = [] if row.role == "deputy" else [tr(OFFICIAL_ROLES[row.role])]
        return ", ".join(words + [self._titles.get(key, "") for key in keys]) or "—"


def _name(row: OfficialView) -> str:
    return tr("acting: {name}", name=row.name) if row.acting else row.name


def _days(row: OfficialView) -> str:
    first = day_words(row.from_day)
    if row.to_day is None:
        return tr("from {day}", day=first)
    return tr("{first} – {last}", first=first, last=day_words(row.to_day))
