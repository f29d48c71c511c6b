"""The page «Сети»: connections to social networks at the left, the one chosen with its settings at the right."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from app.regulation.errors import Refused
from app.services.directories import read_directories
from app.services.links import recognising
from app.services.networks import collecting, connectors, opening
from app.services.networks.connectors import ConnectorFacts, ConnectorView
from app.services.networks.faults import Fault
from app.services.networks.kinds import CONNECTABLE, KINDS
from app.services.networks.opening import PROXY_PASSWORD
from app.services.registers import sources
from app.texts import tr
from app.texts.moments import near_moment
from app.texts.networks import (
    SETTING_NOTES,
    SETTINGS,
    TOKENS,
    WARNINGS,
    check_words,
    fault_words,
    gap_words,
    network_name,
    run_words,
    skew_words,
    token_note,
)
from app.texts.registers import SOURCE_MODES
from app.ui import theme
from app.ui.pages.entry_page import EntryPage
from app.ui.pages.page import Surroundings
from app.ui.registers.form import EntryForm
from app.ui.registers.register import Field, id_of, key_of, named
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

FORM_WIDTH, LEAST_FORM_WIDTH = 424, 330


class NetworksPage(EntryPage):
    """An administrator connects networks here, tests them, reads them at once, and sees how they run."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Networks"), surroundings, parent)
        self.networks = opening.networks_of(self.place.database)
        self._rows: list[ConnectorView] = []
        self._agencies: list[Choice] = []
        self._network = ""
        self._busy = False
        self.model: RowsModel[ConnectorView] = RowsModel(self._columns(), lambda row: row.id, self)
        self.view = QueueView(self.model)
        self.add = KeyButton(tr("Add a connection"), "Ins", ButtonKind.PRIMARY, icon="add")
        self.collect = KeyButton(tr("Read"), "F4")
        self.test = KeyButton(tr("Test"), "F7")
        self.seen = KeyButton(tr("Gaps seen"))
        self.form = EntryForm(self.place.rules().agency.zone, self.place.now)
        self._lay_out()
        self._connect()

    @property
    def rows(self) -> list[ConnectorView]:
        return self._rows

    # ----- reading

    async def read(self) -> None:
        self._rows = await connectors.list_connectors(self.place, self.networks.secrets)
        agencies = (await read_directories(self.place)).agencies
        self._agencies = [Choice(str(agency.id), agency.short_name or agency.name) for agency in agencies]
        self.model.show(self._rows)
        self.note.show_text(str(len(self._rows) or ""))
        current = next((row for row in self._rows if self._row is not None and row.id == self._row.id), None)
        if self.form.is_edited():
            self._row = current or self._row
        elif self._is_asked_for:
            pass
        elif current is not None:
            self._show(current)
        elif self.view.choose_first():
            self._show(self.view.chosen())
        else:
            self._show_nothing()

    def show_connector(self, connector_id: int) -> None:
        """Choose a connection by its id."""
        self.view.choose(connector_id)
        row = next((row for row in self._rows if row.id == connector_id), None)
        if row is not None:
            self._show(row)

    def _show_nothing(self) -> None:
        self.take_up(None)
        had_keyboard = self.form.isAncestorOf(self.window().focusWidget() or self)
        self.form.give_up()
        if had_keyboard:  # Qt would give it to what comes next in the window: the search
            self.view.setFocus()
        self.view.set_empty_text(tr("No connections yet: add one, then messages come in by themselves."))
        self._revise()

    def show_entry(self, row: ConnectorView) -> None:
        self.form.bar.hide()
        self._show(row)

    def _show(self, row: ConnectorView) -> None:
        self.take_up(row)
        self._make_fields(row.facts.network, row.secrets)
        self.form.show()
        self.form.show_entry(row.facts.name, self._standing(row), self._values(row))
        self.form.show_warning(self._warning(row))
        self._revise()

    def add_connection(self, network: str) -> None:
        """An empty form for a new connection of `network`."""
        if self.form.is_edited():
            self.say_unsaved()
            return
        self.take_up(None, is_asked_for=True)
        self.view.clearSelection()
        self._make_fields(network, ())
        self.form.show()
        self.form.show_entry(tr("New connection: {network}", network=network_name(network)), "", self._values(None))
        self.form.show_warning("")
        self._revise()
        self.form.focus_first()

    # ----- words

    def _columns(self) -> list[Column[ConnectorView]]:
        return [
            Column(key="name", title=tr("Connection"), width=210, text=lambda r: r.facts.name, lines=1,
                   note=lambda r: f"{network_name(r.facts.network)} · {tr(SOURCE_MODES[r.mode]).split(':')[0]}",
                   ink=lambda r: "ink" if r.facts.active else "ink_third", sort_key=lambda r: r.facts.name),
            Column(key="state", title=tr("Last run"), text=self._state, note=self._when, tooltip=self._state,
                   ink=lambda r: "late" if r.last.get("fault") else "ink"),
            Column(key="gaps", title=tr("Gaps"), width=90, text=lambda r: str(len(r.gaps)) if r.gaps else "—",
                   ink=lambda r: "soon" if r.gaps else "ink_third", sort_key=lambda r: -len(r.gaps), lines=1),
        ]  # fmt: skip

    def _state(self, row: ConnectorView) -> str:
        if not row.last:
            return tr("did not run yet")
        if row.last.get("fault"):
            return self._fault(row.last)
        return run_words(row.last)

    def _fault(self, last: Mapping[str, Any]) -> str:
        zone = self.place.rules().agency.zone
        return fault_words(last["fault"], last.get("fault_params", {}), zone, self.place.now())

    def _when(self, row: ConnectorView) -> str:
        if row.last_run_at is None:
            return ""
        now, zone = self.place.now(), self.place.rules().agency.zone
        words = near_moment(row.last_run_at, now, zone)
        if row.facts.active and row.mode == "automatic" and row.due_at is not None:
            words += " · " + tr("next {moment}", moment=near_moment(max(row.due_at, now), now, zone))
        return words

    def _standing(self, row: ConnectorView) -> str:
        """How it stands: what it has used of the day's allowance, when it worked last."""
        zone, now = self.place.rules().agency.zone, self.place.now()
        parts = []
        if row.last_good_at is not None:
            parts.append(tr("Worked last {moment}.", moment=near_moment(row.last_good_at, now, zone)))
        daily = [f"{used.bucket}: {used.used}" for used in row.used if used.bucket in _COUNTED]
        if daily:
            parts.append(tr("Calls today: {calls}.", calls=", ".join(daily)))
        return " ".join(parts)

    def _warning(self, row: ConnectorView) -> str:
        zone, now = self.place.rules().agency.zone, self.place.now()
        lines = [self._fault(row.last)] if row.last.get("fault") else []
        lines += [gap_words(gap.reason, gap.since, gap.until, zone, now) for gap in row.gaps]
        lines += [tr(WARNINGS[code]) for code in row.last.get("warnings", ()) if code in WARNINGS]
        lines.append(skew_words(row.last.get("skew_minutes", 0), row.last.get("undated", 0)))
        if row.mode != "automatic":
            lines.append(tr("Nothing is read or sent: how messages come is not automatic."))
        return "\n".join(line for line in lines if line)

    # ----- the form

    def _make_fields(self, network: str, there: tuple[str, ...]) -> None:
        self._network = network
        kind = KINDS[network]
        fields = [Field("name", tr("Name"), codes=("name_missing", "name_too_long"))]
        fields += [
            Field(setting.code, tr(SETTINGS[setting.code]), setting.kind, codes=_CODES.get(setting.code, ()),
                  note=tr(SETTING_NOTES[setting.code]) if setting.code in SETTING_NOTES else "")
            for setting in kind.settings
        ]  # fmt: skip
        fields += [self._token(name, there) for name in kind.secrets]
        fields += [
            Field("mode", tr("How messages come"), "choice", choices=named(SOURCE_MODES)),
            Field("every_minutes", tr("Read every … minutes"), codes=("connector_too_often", "number_unreadable")),
            Field("agency", tr("Whose account it is"), "choice", choices=self._agencies,
                  placeholder=tr("The region's: it answers for every agency"),
                  note=tr("Answers of an agency go from its own account first.")),
            Field("proxy", tr("Proxy"), placeholder="socks5://host:1080",
                  note=tr("Only for this connection; empty for none."),
                  codes=("proxy_malformed", "proxy_with_password")),
            self._token(PROXY_PASSWORD, there),
            Field("active", tr("switched on"), "flag"),
        ]  # fmt: skip
        self.form.show_fields(fields, editable=True)

    def _token(self, name: str, there: tuple[str, ...]) -> Field:
        shown = tr("kept, not shown; type to replace it") if name in there else ""
        note = token_note(self._network, name)
        return Field(name, tr(TOKENS[name]), "secret", placeholder=shown, note=note)

    def _values(self, row: ConnectorView | None) -> dict[str, Any]:
        kind = KINDS[self._network]
        facts = row.facts if row else ConnectorFacts(self._network, "", every_minutes=kind.every_minutes)
        values: dict[str, Any] = {"name": facts.name, "every_minutes": str(facts.every_minutes), "proxy": facts.proxy}
        values |= {"agency": key_of(facts.agency_id), "active": facts.active, "mode": row.mode if row else "automatic"}
        for setting in kind.settings:
            values[setting.code] = _shown(setting.kind, facts.settings.get(setting.code))
        return values | dict.fromkeys((*kind.secrets, PROXY_PASSWORD), "")

    def save(self) -> None:
        """Save the connection; a refusal stands beside its field, what was typed stays."""
        is_new = self._row is None and not self.form.isHidden()
        if (is_new or self.form.is_edited()) and not self._busy:
            self._work("save connection", self._save())

    async def _save(self) -> None:
        values, row, kind = self.form.values(), self._row, KINDS[self._network]
        try:
            facts = self._facts(values)
            tokens = {name: values[name] for name in (*kind.secrets, PROXY_PASSWORD)}
            if row is None:
                saved = await connectors.add_connector(self.place, self.networks.secrets, facts, tokens)
            else:
                saved = row.id
                await connectors.change_connector(self.place, self.networks.secrets, row.id, row.version, facts, tokens)
            await self._set_mode(saved, values["mode"])
        except Refused as error:
            if error.refusal.code == "record_changed":
                await self.read()
            self.form.show_refusal(error.refusal)
            return
        self.form.show_entry(self.form.heading.text(), "", values)
        await self.read()
        self.show_connector(saved)
        self.form.bar.show_message(InfoKind.SUCCESS, tr("Saved."))

    def _facts(self, values: Mapping[str, Any]) -> ConnectorFacts:
        minutes = str(values["every_minutes"]).strip()
        if not minutes.isdecimal():
            raise Refused("number_unreadable", value=minutes or "—")
        settings = {setting.code: values[setting.code] for setting in KINDS[self._network].settings}
        return ConnectorFacts(
            self._network, values["name"], settings, values["proxy"], int(minutes), values["active"],
            id_of(values["agency"]),
        )  # fmt: skip

    async def _set_mode(self, connector_id: int, mode: str) -> None:
        """How messages come is said of the whole network, in the register of sources."""
        code = await connectors.source_of(self.place, connector_id)
        source = next((s for s in await sources.list_sources(self.place) if s.code == code), None)
        if source is None or source.facts.mode == mode:
            return
        facts = sources.SourceFacts(source.facts.name, source.facts.kind, source.facts.in_act, mode)
        await sources.change_source(self.place, source.id, source.version, facts)

    # ----- works

    def test_now(self) -> None:
        """Ask the network who we are, and say what it answers."""
        if self._row is not None and not self.form.is_edited() and not self._busy:
            self.form.bar.show_message(InfoKind.INFO, tr("Asking the network…"))
            self._work("test connection", self._test(self._row.id))

    async def _test(self, connector_id: int) -> None:
        try:
            found = await connectors.test_connector(self.place, self.networks, connector_id)
        except Fault as fault:
            zone = self.place.rules().agency.zone
            self.form.bar.show_message(InfoKind.ERROR, fault_words(fault.code, fault.params, zone, self.place.now()))
        except Refused as error:
            self.form.show_refusal(error.refusal)
        else:
            kind = InfoKind.WARNING if found.cannot else InfoKind.SUCCESS
            self.form.bar.show_message(kind, check_words(found.name, found.cannot))

    def collect_now(self) -> None:
        """Read the chosen connection at once."""
        if self._row is not None and not self.form.is_edited() and not self._busy:
            self.form.bar.show_message(InfoKind.INFO, tr("Reading the network…"))
            self._work("read connection", self._collect(self._row.id))

    async def _collect(self, connector_id: int) -> None:
        report = await collecting.collect(self.place, self.networks, connector_id)
        await self.read()
        if report is None:
            words = tr("Not read: it is switched off, not automatic, or is being read at this moment.")
            self.form.bar.show_message(InfoKind.WARNING, words)
        elif report.fault:
            last = {"fault": report.fault, "fault_params": report.fault_params}
            self.form.bar.show_message(InfoKind.ERROR, self._fault(last))
        else:
            words = run_words({"new": report.new, "known": report.known, "changed": report.changed})
            self.form.bar.show_message(InfoKind.SUCCESS, tr("Read: {words}.", words=words))

    def see_gaps(self) -> None:
        if self._row is not None:
            self.do("see gaps", connectors.see_gaps(self.place, self._row.id))

    def _work(self, name: str, work: Any) -> None:
        self._busy = True
        self._revise()
        self.scope.start(name, self._working(work))

    async def _working(self, work: Any) -> None:
        try:
            await self._saying(work)
        finally:
            self._busy = False
            self._revise()

    def _revise(self) -> None:
        """Which buttons are possible now."""
        why = tr("Wait a moment") if self._busy else ""
        if self.form.is_edited():
            why = tr("Save or give up the changes first")
        for button in (self.test, self.collect):
            button.refuse(why) if why else button.allow()
            button.setVisible(self._row is not None)
        self.seen.setVisible(self._row is not None and bool(self._row.gaps))

    def undo(self) -> None:
        """Give up what was typed."""
        if self._row is not None:
            self._show(self._row)
        elif self._rows and self.view.choose_first():
            self._show(self.view.chosen())
        else:
            self._show_nothing()

    def back(self) -> bool:
        if not self.form.is_edited() and self._row is not None:
            return False
        self.undo()
        return True

    # ----- building

    def _lay_out(self) -> None:
        now = theme.current()
        for widget, name in ((self.view, "connectors"), (self.add, "add_connector"), (self.test, "test_connector"),
                             (self.collect, "collect_now"), (self.seen, "gaps_seen"), (self.form, "connector_form")):
            widget.setObjectName(name)  # fmt: skip
        self.view.setAccessibleName(tr("Networks"))
        hint = tr(
            "Tokens are kept in this computer's keyring, never in the database. "
            "Only the networks' own hosts are contacted."
        )
        self.head.addWidget(self.add)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(14, 0, 14, 14)
        column.setSpacing(8)
        column.addWidget(TextLabel(hint, "small", "ink_second", wrap=True))
        column.addWidget(self.view, 1)
        for button in (self.test, self.collect, self.seen):
            self.form.commands.add(button)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setChildrenCollapsible(False)
        panes.addWidget(left)
        panes.addWidget(self.form)
        panes.setStretchFactor(0, 1)
        self.form.setMinimumWidth(now.px(LEAST_FORM_WIDTH))
        panes.setSizes([now.px(620), now.px(FORM_WIDTH)])
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(panes, 1)

    def _connect(self) -> None:
        menu = QMenu(self)
        for code in CONNECTABLE:
            menu.addAction(network_name(code), partial(self.add_connection, code))
        self.menu = menu
        self.add.clicked.connect(self._open_menu)
        self.test.clicked.connect(self.test_now)
        self.collect.clicked.connect(self.collect_now)
        self.seen.clicked.connect(self.see_gaps)
        self.form.save_requested.connect(self.save)
        self.form.undo_requested.connect(self.undo)
        self.form.changed.connect(self._revise)
        self.view.row_chosen.connect(self.choose_entry)
        self.view.row_activated.connect(lambda _: self.form.focus_first())
        for keys, button in (("Ins", self.add), ("F7", self.test), ("F4", self.collect)):
            press_by(self, button, keys)

    def _open_menu(self) -> None:
        self.menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))


def _shown(kind: str, value: Any) -> Any:
    """A setting as its field shows it."""
    if kind == "flag":
        return bool(value)
    return "\n".join(value or ()) if kind == "lines" else value or ""


_COUNTED = ("newsfeed.search", "wall.get", "units")
_CODES = {
    **dict.fromkeys(("group_id", "channel", "channel_id", "chat_id"), ("connector_id_malformed",)),
    "api_host": ("connector_host_unknown",), "url": recognising.REFUSALS,
}  # fmt: skip

