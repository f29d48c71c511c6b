"""The register of agencies' accounts in the window (п. 4)."""

from collections.abc import Sequence

from app.regulation.duties import Duty
from app.services.directories import read_directories
from app.services.links import recognising
from app.services.registers import accounts
from app.services.registers.accounts import AccountFacts, AccountView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.ui.registers.branches import WRITE
from app.ui.registers.register import Command, Contents, Field, Register, Values, id_of, key_of, quiet
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.rows_model import Column


class Accounts(Register[AccountView]):
    """Accounts of agencies in social networks and messengers, with links."""

    code = "accounts"
    title = mark("Accounts of agencies")
    hint = mark("Accounts of each agency in social networks, with links, for the official site.")
    about = ("accounts",)
    add_words = mark("Add an account")
    duty = Duty.KEEP_ACCOUNTS
    commands = (Command(WRITE, mark("For the site…"), icon="download"),)
    spare = ("network", "link")

    def columns(self) -> Sequence[Column[AccountView]]:
        ink = quiet(lambda row: row.facts.active)
        return (
            Column(key="agency", title=tr("Agency"), enough=400, text=lambda r: r.agency, ink=ink,
                   sort_key=lambda r: r.agency, tooltip=lambda r: r.agency),
            Column(key="network", title=tr("Social network"), width=134, text=lambda r: r.network_name, note=_state,
                   ink=ink, sort_key=lambda r: r.network_name, lines=1),
            Column(key="link", title=tr("Link of the account"), width=250, text=lambda r: r.facts.link, ink=ink,
                   tooltip=lambda r: r.facts.link),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[AccountView]:
        agencies = (await read_directories(place)).agencies
        rows = await accounts.list_accounts(place)
        return Contents(rows, {"agencies": [Choice(key_of(a.id), a.name) for a in agencies]})

    def fields(self, contents: Contents[AccountView]) -> Sequence[Field]:
        wrong_links = (
            *recognising.REFUSALS, "account_is_site", "account_is_no_page", "account_known", "account_of_another",
        )  # fmt: skip
        return (
            Field("agency", tr("Agency"), "choice", choices=contents.choices["agencies"], codes=("agency_missing",),
                  placeholder=tr("Type a word of an agency")),
            Field("link", tr("Link of the account"), placeholder="https://vk.com/…", codes=wrong_links,
                  note=tr("The page, group or channel itself, not a post. Its form is checked and made one.")),
            Field("active", tr("in use"), "flag"),
        )  # fmt: skip

    def values(self, row: AccountView | None) -> Values:
        facts = row.facts if row else AccountFacts(None, "")
        return {"agency": key_of(facts.agency_id), "link": facts.link, "active": facts.active}

    async def save(self, place: Workplace, row: AccountView | None, values: Values) -> int:
        facts = AccountFacts(id_of(values["agency"]), values["link"], values["active"])
        if row is None:
            return await accounts.add_account(place, facts)
        await accounts.change_account(place, row.id, row.version, facts)
        return row.id

    def found_by(self, row: AccountView) -> str:
        return f"{row.agency} {row.network_name} {row.facts.link}"

    def heading(self, row: AccountView) -> str:
        return f"{row.network_name}: {row.agency}"


def _state(row: AccountView) -> str:
    return "" if row.facts.active else tr("switched off")
