"""Every page, dialog and state as a picture, on every screen in both themes: python -m tests.screenshots.looks FOLDER

The real window on a demo region to which the longest names there are were added. Options: --screens, --themes, --only
(beginnings of names), --type (percent), --language. Nothing is judged here: the pictures are for eyes.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from tests.screenshots import beginnings, crowded, menus, raised, troubled, wordy

# name: pixels, scale of the desktop
SCREENS = {
    "1366": (1366, 768, 1.0),
    "1920": (1920, 1080, 1.0),
    "1920at150": (1920, 1080, 1.5),
    "1920at200": (1920, 1080, 2.0),
    "4k": (3840, 2160, 1.0),
    "4kat200": (3840, 2160, 2.0),
    "upright": (1080, 1920, 1.0),
}
THEMES = ("light", "dark")
# Pages whose figures are counted by processes of their own: how long to wait for them.
COUNTED = {"rating": 30.0, "reports": 10.0}
EVERYBODY = "Константинопольская-Преображенская Александра Константиновна"
LONG_AGENCY = (
    "Департамент по вопросам градостроительной деятельности, благоустройства, транспортного обслуживания и дорожного "
    "хозяйства Курской области"
)
LONG_AUTHOR = "Ооченьдлинноеимябезпробелов" * 3
SENTENCE = "Третью неделю во дворе дома по улице Союзной не горит ни один фонарь, дети возвращаются в темноте. "
LONG_TEXT = (SENTENCE * 165)[:16_000]


@dataclass
class Eye:
    """Takes the pictures: one of `name` in every theme asked for."""

    folder: Path
    screen: str
    themes: tuple[str, ...]
    only: tuple[str, ...]
    scale: float

    def wants(self, name: str) -> bool:
        """Whether a picture is asked for; of a beginning such as "menu_", whether any of its own is."""
        return not self.only or any(
            name.startswith(only) or (name.endswith("_") and only.startswith(name)) for only in self.only
        )

    def take(self, name, widget):
        from PySide6.QtWidgets import QApplication

        from app.ui import theme

        if not self.wants(name):
            return
        for look in self.themes:
            theme.use(QApplication.instance(), theme.load(look, self.scale))
            QApplication.sendPostedEvents()
            QApplication.processEvents()
            folder = self.folder / f"{self.screen}-{look}"
            folder.mkdir(parents=True, exist_ok=True)
            widget.grab().toImage().save(str(folder / f"{name}.png"), "PNG", 80)


async def tried(part):
    """One part of the walk: what goes wrong in it is said, and the others go on."""
    try:
        await part
    except Exception:  # the pictures made so far are worth keeping
        traceback.print_exc()


async def quiet(seconds=3.0):
    """Until nobody reads or writes any more."""
    end = time.monotonic() + seconds
    await asyncio.sleep(0.05)
    while time.monotonic() < end and any(_is_reading(task) for task in asyncio.all_tasks()):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.25)


def _is_reading(task):
    """Counts and changed rows are read again and again: nobody waits for those."""
    return task.get_name().startswith(("page ", "rows", "card", "link", "advice", "cases behind", "frozen"))


# ----- the region


async def furnish(database):
    """The demo region with whoever may do everything, and the longest of all there is."""
    from app.regulation.profile import Importance
    from app.regulation.workflow import DraftKind, Role
    from app.services import casework
    from app.services.cards import read_card
    from app.services.changes import Feed
    from app.services.directories import read_directories
    from app.services.incoming import Incoming
    from app.services.regions import NewAgency, NewPerson, add_agencies, add_people, list_people, sit_down
    from app.services.registering import enter, register

    roles = (Role.CURATOR, Role.ADMINISTRATOR, Role.SUPERVISOR)
    await add_people(database, [NewPerson(EVERYBODY, roles, post="заместитель начальника отдела мониторинга")])
    await add_agencies(database, [NewAgency(LONG_AGENCY, LONG_AGENCY[:80], "regional")])
    await add_people(database, [NewPerson("Исполнитель Длинный", (Role.EXECUTOR,), agency=LONG_AGENCY)])
    people = await list_people(database)
    place = await sit_down(database, next(p for p in people if p.name == EVERYBODY), Feed())
    executor = await sit_down(database, next(p for p in people if p.name == "Исполнитель Длинный"), Feed())
    directories = await read_directories(place)
    link = "https://vk.com/wall-1_" + "7" * 60
    case_id = await enter(place, Incoming(LONG_TEXT, "vk", link=link, author_name=LONG_AUTHOR))

    topic = max((t for t in directories.topics if t.group), key=lambda t: len(t.name))
    location = max(directories.locations, key=lambda each: len(each.name))
    agency = next(a.id for a in directories.agencies if a.name == LONG_AGENCY)
    others = [a.id for a in directories.agencies if a.active and a.id != agency][:11]
    long_place = "проезд между домами 14 и 16, у трансформаторной подстанции, напротив детского сада «Солнышко»"

    async def version(which):
        return (await read_card(place, which)).version

    routing = casework.Routing(topic.id, location.id, Importance.HIGH, (agency,), long_place)
    await casework.route(place, case_id, await version(case_id), routing)
    await casework.submit(executor, case_id, await version(case_id), DraftKind.ANSWER, LONG_TEXT[:9_000])
    chain = await enter(place, Incoming("Двенадцать органов. " + SENTENCE * 3, "ok", author_name=LONG_AUTHOR))
    routing = replace(routing, agency_ids=(agency, *others))
    await casework.route(place, chain, await version(chain), routing)
    await enter(place, Incoming(LONG_TEXT, "vk", author_name=LONG_AUTHOR, place=long_place))
    await enter(place, Incoming("А" * 3_000, "telegram", author_name=LONG_AUTHOR))
    await register(place, [Incoming(SENTENCE, "vk", author_name=LONG_AUTHOR, agency=LONG_AGENCY)])
    return place, people, case_id, chain


# ----- the desk


async def of_the_desk(eye, window, before=""):
    from app.services import queries
    from app.ui.pages.registry import pages_of

    for queue in queries.visible_queues(window.place):
        if eye.wants(name := f"{before}queue_{queue}"):
            await opened_queue(window, queue)
            eye.take(name, window)
    for kind in pages_of(window.place.actor):
        if eye.wants(name := f"{before}page_{kind.code}"):
            window.open_page(f"page:{kind.code}")
            await quiet(COUNTED.get(kind.code, 3.0))
            eye.take(name, window)
            async for part in parts_of(window.places.page, kind.code):
                eye.take(f"{name}_{part}", window)


async def of_an_import(eye, window, folder):
    """A file whose columns have names as long as exports give them."""
    if not eye.wants("import_columns"):
        return
    columns = [f"Столбец {number}: {LONG_AGENCY}" for number in range(14)]
    file = folder / ("Выгрузка мониторинга " * 5 + ".csv")
    lines = [";".join(columns), *(";".join([SENTENCE] * len(columns)) for _ in range(5))]
    file.write_text("\n".join(lines), encoding="utf-8")
    window.take_in(str(file))
    await quiet()
    await asyncio.sleep(1)
    eye.take("import_columns", window)


async def opened_queue(window, queue):
    window.presenter.open_queue(queue)
    end = time.monotonic() + 5
    while window.page.queue != queue and time.monotonic() < end:
        await asyncio.sleep(0.05)
    await quiet()


async def parts_of(page, code):
    """What a page shows beside its first look."""
    if code == "rules":
        for number in range(1, page.tabs.count()):
            page.tabs.setCurrentIndex(number)
            await quiet()
            yield str(number)
        page.tabs.setCurrentIndex(0)
    elif code == "registers":
        for number, register in enumerate(page.registers):
            page.open_register(register)
            await quiet()
            if number:
                yield register
            page.add.click()
            await quiet()
            yield f"{register}_new"
    elif code == "networks":
        from app.services.networks.kinds import CONNECTABLE

        for network in CONNECTABLE:
            page.add_connection(network)
            await quiet()
            yield network
            page.form.undo_requested.emit()
            await quiet()
    elif code in ("governor", "memos", "outbox", "alerts", "returns", "shortcomings", "reports", "guidance", "imports"):
        from app.ui.widgets.queue_view import QueueView

        for view in page.findChildren(QueueView):
            if view.isVisible() and view.model().rowCount():
                view.setFocus()
                view.choose_first()
                await quiet()
                yield "chosen"
                break


# ----- dialogs

# Acts that ask before they are done; every other would be done by a click.
ASKING = (
    "route", "reroute", "amend", "submit", "approve", "rework", "place", "publish", "reply_received", "return",
    "exclude", "reinstate", "send_back", "close_without_reply", "shift_date", "correct", "withdraw_correction", "order",
    "mark_repeat", "unmark_repeat", "add_messages", "split", "hand_over", "mark_significant", "unmark_significant",
    "report_governor", "note_shortcoming",
)  # fmt: skip


async def of_acts(eye, window, before="act_", fill=None):
    """The dialog of every act that asks, once for each of its variants; `fill` types into it first."""
    from app.services import queries
    from app.ui.case.acts import offers

    seen = set()
    if not eye.wants(before):
        return
    for queue in queries.visible_queues(window.place):
        await opened_queue(window, queue)
        for row in window.page.rows()[:6]:
            window.page.view.choose(row.id)
            window.presenter.choose(row.id)
            await quiet()
            card = window.panel.card()
            if card is None:
                continue
            for offer in offers(card.standing, window.place.actor):
                key = (offer.button.code, offer.variant)
                asks = str(offer.button.act) in ASKING and not (
                    offer.button.act == "exclude" and offer.button.code == "no_reaction"
                )
                if offer.is_possible and asks and key not in seen:
                    seen.add(key)
                    name = f"{before}{offer.button.code}_{offer.variant}"
                    if eye.wants(name):
                        window.presenter.perform(str(offer.button.act), offer.variant)
                        await take_dialog(eye, window, name, fill)


async def take_dialog(eye, window, name, fill=None):
    """A picture of the dialog that comes, after `fill` typed into it."""
    dialog = await dialog_over(window)
    if dialog is None:
        print("no dialog:", name, file=sys.stderr)
        return
    await quiet()
    if fill is not None:
        fill(dialog)
        await asyncio.sleep(1)  # advice on what was typed comes a moment later, and wants room
        await quiet()
    eye.take(name, dialog)
    dialog.reject()
    await quiet()


async def dialog_over(window, seconds=8.0):
    from PySide6.QtWidgets import QApplication, QDialog

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                return widget
        await asyncio.sleep(0.05)
    return None


async def of_the_rest(eye, window):
    """The palette, the keys, the help, menus, entries, the dialogs of pages."""
    await opened_queue(window, "inbox")
    for name, ask in (
        ("over_palette", window.guide.open_palette), ("over_keys", window.guide.show_keys),
        ("over_narrowing", window.guide.open_narrowing), ("over_entry", window.presenter.enter_message),
        ("over_report", window.write_report), ("over_table", window.write_table),
    ):  # fmt: skip
        if eye.wants(name):
            ask()
            await take_dialog(eye, window, name)
    if eye.wants("over_help_"):
        for key in ("", "clause:10", "clause:16"):
            window.guide.open_help(key)
            await quiet()
            eye.take(f"over_help_{key.replace(':', '')}", window.guide.help)
        window.guide.help.close()
    if eye.wants("over_failure"):
        try:
            raise RuntimeError("нежданное")
        except RuntimeError as error:
            window._show_unexpected("rows", error)
        await take_dialog(eye, window, "over_failure")
    for page, button in BUTTONS_OF_PAGES:
        if eye.wants(name := f"dialog_{page}_{button}"):
            await press_of_page(eye, window, page, button, name)
    if eye.wants("menu_"):
        await menus.take_pictures(eye, window, sys.modules[__name__])


BUTTONS_OF_PAGES = (
    ("absences", "arrange_absence"), ("copies", "*"), ("shifts", "*"), ("governor", "*"), ("memos", "*"),
    ("guidance", "*"), ("registers", "*"), ("imports", "*"), ("mail", "*"), ("alerts", "*"), ("outbox", "*"),
    ("reports", "*"), ("rating", "*"), ("rules", "*"), ("indicators", "*"),
)  # fmt: skip


async def press_of_page(eye, window, page, wanted, name):
    """Press the buttons of a page that end in "…", and take the dialog that comes."""
    from PySide6.QtWidgets import QAbstractButton

    window.open_page(f"page:{page}")
    await quiet()
    buttons = [b for b in window.places.page.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
    for button in buttons:
        if button.text().endswith("…") and (wanted == "*" or button.objectName() == wanted):
            button.click()
            dialog = await dialog_over(window, 2.0)
            if dialog is not None:
                await quiet()
                eye.take(f"{name.removesuffix('_*')}_{button.objectName()}", dialog)
                dialog.reject()
                await quiet()


async def of_the_windows(eye, folder):
    """Windows before the desk."""
    from app.regulation.errors import Refusal, Refused
    from app.services.signing_in import Address
    from app.ui.start.opening import OpeningWindow
    from app.ui.start.password import PasswordWindow
    from app.ui.start.sign_in import SignInWindow
    from app.ui.start.window import StartWindow

    async def nothing(*_):
        raise Refused("desk_password_wrong")

    async def closed(window):
        window.close()
        window.deleteLater()
        await asyncio.sleep(0.05)

    if not eye.wants("start_"):
        return
    start = StartWindow(nothing)
    start.show()
    await asyncio.sleep(0.2)
    eye.take("start_choice", start)
    start._show_form()
    await asyncio.sleep(0.2)
    eye.take("start_form", start)
    await closed(start)
    sign_in = SignInWindow(Address("db.kursk.example", 5432, "cur_desk", "", ""), nothing)
    sign_in.show()
    await asyncio.sleep(0.2)
    eye.take("start_sign_in", sign_in)
    sign_in._request()
    await asyncio.sleep(0.1)
    eye.take("start_sign_in_refused", sign_in)
    await closed(sign_in)
    password = PasswordWindow("Курская область", nothing)
    password.show()
    password.password.setText("не тот")
    password._request()
    await asyncio.sleep(0.2)
    eye.take("start_password_wrong", password)
    await closed(password)
    opening = OpeningWindow()
    opening.show()
    await asyncio.sleep(0.1)
    eye.take("start_opening", opening)
    said = asyncio.ensure_future(opening.say(Refusal("database_newer", {"found": "0007", "known": "0001"})))
    await asyncio.sleep(0.2)
    eye.take("start_newer", opening)
    opening.close()
    await said
    opening.deleteLater()


async def of_the_wall(eye):
    if not eye.wants("wall_"):
        return
    from PySide6.QtGui import QGuiApplication

    from app.ui import theme
    from app.ui.wall.scene import compose
    from app.ui.wall.view import WallView
    from tests.helpers.wall import STATES, shown

    size = QGuiApplication.primaryScreen().size()
    for name in STATES:
        view = WallView()
        view.resize(size)
        view.show()
        view.show_picture(compose(shown(name), theme.current(), size.width(), size.height(), 1.0))
        await asyncio.sleep(0.1)
        eye.take(f"wall_{name}", view)
        view.close()
        view.deleteLater()


async def of_lost_contact(eye, window, file):
    """The last of all: the database goes away."""
    if not eye.wants("lost"):
        return
    await opened_queue(window, "inbox")
    file.rename(file.with_suffix(".away"))
    window.contact_bar._contact.doubt()
    end = time.monotonic() + 20
    while window.contact_bar.isHidden() and time.monotonic() < end:
        await asyncio.sleep(0.2)
    eye.take("lost_contact", window)
    file.with_suffix(".away").rename(file)


async def of_an_empty_region(eye, folder):
    """Every page of a region where nothing was ever done."""
    if not eye.wants("empty_"):
        return
    from app.regulation.workflow import Role
    from app.services.changes import Feed
    from app.services.regions import NewPerson, add_people, list_people, sit_down
    from app.ui.pages.registry import pages_of
    from tests.helpers.region import open_region

    region = await open_region(folder)
    roles = (Role.CURATOR, Role.ADMINISTRATOR, Role.SUPERVISOR)
    await add_people(region.database, [NewPerson(EVERYBODY, roles)])
    people = await list_people(region.database)
    place = await sit_down(region.database, next(p for p in people if p.name == EVERYBODY), Feed())
    window = await desk(place, people, folder)
    eye.take("empty_inbox", window)
    for kind in pages_of(place.actor):
        window.open_page(f"page:{kind.code}")
        await quiet()
        eye.take(f"empty_{kind.code}", window)
    await window.aclose()
    await region.database.close()


async def desk(place, people, folder):
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication

    from app.services import queries
    from app.ui.desk.window import DeskWindow
    from app.ui.preferences import Preferences

    preferences = Preferences(folder / "desk.ini")
    preferences.first_steps_left = True
    window = DeskWindow(place, people, preferences, folder / "drafts")
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(QGuiApplication.primaryScreen().availableSize())
    queues = queries.visible_queues(place)
    window.start("inbox" if "inbox" in queues else queues[0])
    window.show()
    await quiet()
    await asyncio.sleep(1)
    return window


async def make(eye, demo):
    from app.models.database import Database
    from app.services.changes import Feed
    from app.services.demo import building
    from app.services.regions import sit_down

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if demo.exists():
            (folder / "demo.sqlite3").write_bytes(demo.read_bytes())
        database = await building.open_demo(folder / "demo.sqlite3")
        assert isinstance(database, Database)
        place, people, _, _ = await furnish(database)
        (folder / "files").mkdir()
        full, many = await crowded.furnish(place, folder / "files") if eye.wants("crowded_") else (None, None)
        window = await desk(place, people, folder)
        window.demo_bar.hide()
        await tried(of_the_windows(eye, folder))
        await tried(of_the_wall(eye))
        await tried(of_the_desk(eye, window))
        await tried(of_an_import(eye, window, folder))
        await tried(of_acts(eye, window))
        await tried(of_the_rest(eye, window))
        if eye.wants("wordy_"):
            await tried(wordy.take_pictures(eye, window, sys.modules[__name__]))
        if eye.wants("raised_"):
            await raised.furnish(place)
            await tried(raised.take_pictures(eye, window, sys.modules[__name__]))
        if full is not None:
            await tried(crowded.take_pictures(eye, window, full, many, sys.modules[__name__]))
        if eye.wants("trouble_"):
            curator = next(p for p in people if tuple(p.roles) == ("curator",))
            others = await sit_down(database, curator, Feed())
            await tried(troubled.take_pictures(eye, window, others, folder, sys.modules[__name__]))
        await tried(crowded.of_other_people(eye, database, people, folder, sys.modules[__name__]))
        await tried(beginnings.take_pictures(eye, database, people, folder, sys.modules[__name__]))
        await tried(of_lost_contact(eye, window, folder / "demo.sqlite3"))
        await window.aclose()
        await database.close()
        (folder / "empty").mkdir()
        await tried(of_an_empty_region(eye, folder / "empty"))
    return 0


def child(arguments):
    """One screen: its pictures are made in a process of its own."""
    from app.texts import use_language
    from app.ui import loop, theme
    from tests.helpers.qt import application

    app = application()
    use_language(arguments.language)
    scale = arguments.type / 100
    theme.use(app, theme.load(arguments.themes[0], scale))
    eye = Eye(arguments.folder, arguments.child, tuple(arguments.themes), tuple(arguments.only), scale)
    return loop.run(make(eye, arguments.demo), app)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--screens", nargs="+", choices=SCREENS, default=list(SCREENS))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES))
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--type", type=int, default=100)
    parser.add_argument("--language", choices=("ru", "en"), default="ru")
    parser.add_argument("--demo", type=Path, default=Path("no such file"), help="a demo region built before")
    parser.add_argument("--child", choices=SCREENS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return child(arguments)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for screen in arguments.screens:
        width, height, scale = SCREENS[screen]
        config = arguments.folder / f"{screen}.json"
        screens = [{"name": screen, "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}]
        config.write_text(json.dumps({"screens": screens}))
        env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={config}", "QT_SCALE_FACTOR": str(scale)}
        command = [sys.executable, "-m", "tests.screenshots.looks", *sys.argv[1:], "--child", screen]
        done = subprocess.run(command, env=env, check=False)
        config.unlink()
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
