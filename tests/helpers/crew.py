"""A crew of desks, each a process of its own, acting at random by the rules, whatever is killed, stopped or cut."""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from app.models import Account, Case, ClockRow, History, new_uuid
from app.models.database import Database, DatabaseUnavailable
from app.models.scram import scram_verifier
from app.regulation.errors import Refused
from app.regulation.permission import open_acts
from app.regulation.profile import Importance
from app.regulation.workflow import OPEN, Act, DraftKind
from app.services import casework, publishing, queries
from app.services.cards import read_card
from app.services.contact import Contact
from app.services.directories import read_directories
from app.services.regions import sit_down
from app.services.registering import Incoming, enter
from app.services.selection import Selection
from app.services.signing_in import own_person
from app.services.verifying import verify
from tests.helpers.databases import PASSWORD, _administer
from tests.helpers.staffed import LINK, furnish

ROOT = Path(__file__).parent.parent.parent
NAME = "crew"
# Two curators and two executors of one agency by their sign-ins: they get into each other's way.
LOGINS = ("person1", "person2", "person3", "person9")


async def furnish_server(server) -> None:
    """A region on this server with a sign-in for everyone, by the real clock."""
    await _administer(server, f"CREATE DATABASE {NAME}")
    database = await Database.open(server.url(NAME))
    await furnish(database)
    async with database.write() as connection:
        for row in (await connection.execute(select(Account.person_id, Account.login))).all():
            made = func.guard.make_account(row.person_id, row.login, scram_verifier(PASSWORD))
            await connection.execute(select(made))
    await database.close()


class Crew:
    """Desks at `url` (a server's, by whichever sign-in). What they said of each act is in `said`: id → last word."""

    def __init__(self, url: str, seed: int) -> None:
        self._url, self._chance = make_url(url), random.Random(seed)
        self._desks: dict[str, subprocess.Popen] = {}
        self._ears: list[threading.Thread] = []
        self.said: dict[str, str] = {}
        self.kills, self.refused_codes = 0, {}

    def start(self, *logins: str) -> None:
        for login in logins:
            url = self._url.set(username=login, password=PASSWORD).render_as_string(hide_password=False)
            words = [sys.executable, "-m", "tests.helpers.crew", url, str(self._chance.randrange(2**32))]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            desk = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
            self._desks[login] = desk
            self._ears.append(threading.Thread(target=self._listen, args=(desk,)))
            self._ears[-1].start()

    def kill_one(self) -> None:
        """SIGKILL one desk wherever it is, and start it anew."""
        login = self._chance.choice(sorted(self._desks))
        self._desks[login].kill()
        self.kills += 1
        self.start(login)

    @property
    def done(self) -> int:
        """How many acts were said to be saved."""
        return sum(word == "done" for word in tuple(self.said.values()))

    async def until_done(self, acts: int, seconds: float = 120.0) -> None:
        """Wait until so many acts were saved; TimeoutError where desks do not go on."""
        async with asyncio.timeout(seconds):
            while self.done < acts:
                assert all(desk.poll() in (None, -9) for desk in self._desks.values()), "a desk fell over"
                await asyncio.sleep(0.05)

    def end(self) -> None:
        for desk in self._desks.values():
            desk.kill()
        for ear in self._ears:
            ear.join()

    def _listen(self, desk: subprocess.Popen) -> None:
        for line in desk.stdout:
            if line.endswith("\n"):
                word, act_id, code = line.rstrip("\n").split(" ")
                self.said[act_id] = word
                if code:
                    self.refused_codes[code] = self.refused_codes.get(code, 0) + 1
        desk.wait()


async def broken_promises(url: str, said: dict[str, str]) -> list[str]:
    """What does not hold at a database after all that: nothing should be in the list."""
    database = await Database.open(url)
    async with database.read() as connection:
        saved = list((await connection.execute(select(History.act_id))).scalars())
        stopped = ClockRow.stopped_at.is_not(None)
        twice = text("SELECT count(*) FROM (SELECT case_id, code, round, message FROM clock "
                     "GROUP BY 1, 2, 3, 4 HAVING count(*) > 1) double")  # fmt: skip
        running = select(ClockRow.case_id).where(ClockRow.outcome.is_(None), ClockRow.stopped_at.is_(None))
        idle = select(Case.number).where(Case.state.in_(OPEN), Case.id.not_in(running))
        unjudged = select(func.count()).select_from(ClockRow).where(stopped, ClockRow.outcome.is_(None))
        found = [f"the open case {number} has no clock" for number in (await connection.execute(idle)).scalars()]
        for name, query in (("clocks are there twice", twice), ("stopped clocks have no verdict", unjudged)):
            if count := (await connection.execute(query)).scalar():
                found.append(f"{count} {name}")
    known = set(saved)
    found += [f"lost: {act_id}" for act_id, word in said.items() if word == "done" and act_id not in known]
    found += [f"refused and saved: {act_id}" for act_id, word in said.items() if word == "refused" and act_id in known]
    found += [f"{len(saved) - len(known)} acts are there twice"] if len(saved) != len(known) else []
    found += [str(finding) for finding in (await verify(database)).findings]
    await database.close()
    return found


# ----- one desk


class Desk:
    """One person who does what may be done, again and again; an act that was not heard of is repeated with its id."""

    def __init__(self, place, directories, contact, chance):
        self.place, self.directories, self.contact, self.chance = place, directories, contact, chance

    async def one_act(self):
        chosen = await self._patiently(self._choose)
        if chosen is None:
            return
        act_id = new_uuid()
        try:
            await self._patiently(lambda: chosen(act_id))
            print("done", act_id, "", flush=True)
        except Refused as error:
            print("refused", act_id, error.refusal.code, flush=True)

    async def _patiently(self, work):
        while True:
            try:
                return await work()
            except DatabaseUnavailable:
                self.contact.doubt()
                await asyncio.sleep(0.1)

    async def _choose(self):
        queue = self.chance.choice([q for q in queries.visible_queues(self.place) if q != "stream"])
        rows = await queries.list_queue(self.place, Selection(queue))
        curates = any(str(role) == "curator" for role in self.place.actor.roles)
        if curates and (not rows or self.chance.random() < 0.3):
            return lambda act_id: enter(self.place, Incoming(f"Яма {act_id}", "vk"), act_id=act_id)
        if not rows:
            return None
        card = await read_card(self.place, self.chance.choice(rows).id)
        table = open_acts(card.standing, self.place.actor)
        possible = [(key, DOERS[key[0]]) for key, refused in table.items() if refused is None and key[0] in DOERS]
        if not possible:
            return None
        (_act, variant), doer = self.chance.choice(possible)
        return lambda act_id: doer(self, card, variant, act_id)

    def routing(self):
        agencies = [agency.id for agency in self.directories.agencies]
        topic = next(choice.id for choice in self.directories.topics if choice.name == "Ямы")
        importance = self.chance.choice([Importance.NORMAL, Importance.HIGH])
        return casework.Routing(
            topic, self.directories.locations[-1].id, importance, (min(agencies),), "Щигровская"
        )


def _submit(desk, card, variant, act_id):
    return casework.submit(desk.place, card.id, card.version, DraftKind.ANSWER, f"Заделаем {act_id}", act_id=act_id)


def _approve(desk, card, variant, act_id):
    return casework.approve(desk.place, card.id, card.version, DraftKind(variant), act_id=act_id)


def _rework(desk, card, variant, act_id):
    return casework.send_to_rework(desk.place, card.id, card.version, DraftKind(variant), "Когда?", act_id)


def _return(desk, card, variant, act_id):
    return casework.return_to_curator(desk.place, card.id, card.version, "Не наше", act_id=act_id)


def _exclude(desk, card, variant, act_id):
    return casework.exclude(desk.place, card.id, card.version, variant, "Не вопрос", act_id)


def _publish(desk, card, variant, act_id):
    record = publishing.PublicationRecord(LINK, desk.place.now())
    return publishing.publish(desk.place, card.id, card.version, DraftKind(variant), record, act_id)


DOERS = {
    Act.ROUTE: lambda d, card, _, act_id: casework.route(d.place, card.id, card.version, d.routing(), act_id),
    Act.REROUTE: lambda d, card, _, act_id: casework.reroute(d.place, card.id, card.version, d.routing(), act_id),
    Act.TAKE: lambda d, card, _, act_id: casework.take(d.place, card.id, card.version, act_id),
    Act.SUBMIT: _submit,
    Act.APPROVE: _approve,
    Act.REWORK: _rework,
    Act.RETURN: _return,
    Act.PUBLISH: _publish,
}


async def _open(url):
    """Open as a person would: try again while the server does not answer."""
    while True:
        try:
            return await Database.open(url)
        except DatabaseUnavailable:
            await asyncio.sleep(0.3)


async def main(url, seed):
    database = await _open(url)
    contact = Contact(database)
    watching = asyncio.create_task(contact.watch())
    while True:
        with contextlib.suppress(DatabaseUnavailable):
            place = await sit_down(database, await own_person(database))
            directories = await read_directories(place)
            break
        await asyncio.sleep(0.3)
    desk = Desk(place, directories, contact, random.Random(seed))
    while not watching.done():
        await desk.one_act()
    watching.result()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
