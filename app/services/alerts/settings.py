"""How alerts come: the region's leads and rates, and how each person wants to be told."""

import json
import re
from dataclasses import asdict, dataclass

from sqlalchemy import select

from app.models import NoticeSetting
from app.models.alert import MAIL_MODES
from app.models.database import Database
from app.regulation.alarms import ALARM_FIELDS, AlarmRules
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.casework import check
from app.services.journal import check_duty
from app.services.settling import settle
from app.services.workplace import Workplace

KEY = "alarm_rules"
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")


@dataclass(frozen=True, slots=True)
class NoticeChoice:
    """How a person wants to be told. `mail` is off, at_once or digest."""

    sound: bool = True
    notices: bool = True
    email: str = ""
    mail: str = "off"
    version: int = 0


DEFAULT_CHOICE = NoticeChoice()


def read_alarm_rules(database: Database) -> AlarmRules:
    """The region's leads and rates; the defaults where it settled none."""
    stored = json.loads(database.meta.get(KEY, "{}"))
    return AlarmRules(**{name: stored[name] for name in ALARM_FIELDS if name in stored})


async def set_alarm_rules(place: Workplace, alarms: AlarmRules) -> None:
    """Settle them. Raises Refused("role_may_not", "alarm_lead_out_of_bounds", "alarm_rate_out_of_bounds")."""
    check_duty(place, Duty.SET_RULES)
    check(alarms.refusal())
    await settle(place, {KEY: json.dumps(asdict(alarms))}, "alarm_rules_set", asdict(alarms))


async def read_choice(place: Workplace) -> NoticeChoice:
    """How the person at this place wants to be told."""
    query = select(NoticeSetting).where(NoticeSetting.person_id == place.person.id)
    async with place.database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    return NoticeChoice(row.sound, row.notices, row.email, row.mail, row.version) if row else DEFAULT_CHOICE


async def set_choice(place: Workplace, choice: NoticeChoice) -> None:
    """Keep it. Raises Refused("email_invalid", "email_missing")."""
    assert choice.mail in MAIL_MODES, choice.mail
    email = choice.email.strip()
    if email and not _ADDRESS.fullmatch(email):
        raise Refused("email_invalid", email=email)
    if choice.mail != "off" and not email:
        raise Refused("email_missing")
    values = {"sound": choice.sound, "notices": choice.notices, "email": email, "mail": choice.mail}
    values["version"] = choice.version + 1
    async with place.database.write() as connection:
        upsert = place.database.insert(NoticeSetting).values(person_id=place.person.id, **values)
        await connection.execute(upsert.on_conflict_do_update(index_elements=["person_id"], set_=values))
