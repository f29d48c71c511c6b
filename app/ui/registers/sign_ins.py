"""The register of sign-ins in the window: who may enter a server's region, by which name; passwords are given anew."""

from collections.abc import Sequence

from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services import accounts
from app.services.accounts import AccountEntry
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.words import role_name
from app.ui.registers.register import Contents, Field, Register, Values, quiet
from app.ui.widgets.rows_model import Column

_STATES = {"none": mark("not yet"), "active": mark("signs in"), "blocked": mark("blocked")}


class SignIns(Register[AccountEntry]):
    """Sign-ins of people of the register; with a server only. People are added among people, here they are let in."""

    code = "sign_ins"
    title = mark("Sign-ins")
    hint = mark("Who may enter, and by which name. A password is given anew, never read; blocking signs out at once.")
    add_words = ""
    duty = Duty.KEEP_PEOPLE

    def columns(self) -> Sequence[Column[AccountEntry]]:
        ink = quiet(lambda row: row.state == "active")
        return (
            Column(key="name", title=tr("Surname, name, patronymic"), text=lambda r: r.name, note=_roles, ink=ink,
                   sort_key=lambda r: r.name, lines=1),
            Column(key="login", title=tr("Sign-in"), width=150, text=lambda r: r.login or "—", ink=ink,
                   sort_key=lambda r: r.login),
            Column(key="state", title=tr("State"), width=120, text=_state, ink=ink, sort_key=lambda r: r.state),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[AccountEntry]:
        return Contents(await accounts.list_accounts(place))

    def fields(self, contents: Contents[AccountEntry]) -> Sequence[Field]:
        return (
            Field("login", tr("Sign-in"), codes=("login_malformed", "login_taken", "another_name", "login_unknown"),
                  note=tr("Latin letters, digits, dots; it is also the name in the server's log.")),
            Field("password", tr("New password"), "secret", codes=("password_short",),
                  note=tr("At least {least} characters. Whoever is signed in by the old one is signed out.",
                          least=accounts.LEAST)),
            Field("blocked", tr("blocked"), "flag", codes=("last_administrator",)),
        )  # fmt: skip

    def values(self, row: AccountEntry | None) -> Values:
        if row is None:
            return {"login": "", "password": "", "blocked": False}
        return {"login": row.login, "password": "", "blocked": row.state == "blocked"}

    async def save(self, place: Workplace, row: AccountEntry | None, values: Values) -> int:
        assert row is not None, "sign-ins are of people of the register"
        if values["password"] and not values["blocked"]:
            await accounts.give_password(place, row.id, values["login"].strip(), values["password"])
        elif values["blocked"] and row.state == "active":
            await accounts.block(place, row.id)
        elif not values["blocked"] or values["login"] != row.login:
            raise Refused("password_short", least=accounts.LEAST)  # letting in, or under another name, needs one
        return row.id

    def found_by(self, row: AccountEntry) -> str:
        return f"{row.name} {row.login} {_roles(row)} {_state(row)}"

    def heading(self, row: AccountEntry) -> str:
        return row.name

    def standing(self, row: AccountEntry) -> str:
        return _state(row)

    def warning(self, row: AccountEntry | None, values: Values) -> str:
        if row is not None and row.state == "active" and values["blocked"]:
            return tr("The person is signed out at once and stays out until they are given a new password.")
        return ""


def _roles(row: AccountEntry) -> str:
    return ", ".join(sorted(role_name(role) for role in row.roles))


def _state(row: AccountEntry) -> str:
    return tr(_STATES[row.state])
