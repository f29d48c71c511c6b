"""Correcting a regulation: a revision of the same version, by which its open cases are re-timed.

A new version of the act is another thing: it concerns new cases only and is a new `regulation` row.
"""

from sqlalchemy import func, insert, select

from app.models import Regulation, RuleChange, new_uuid
from app.regulation import requirements
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.profile_file import parse
from app.services.journal import check_duty
from app.services.retiming import finish_changes
from app.services.workplace import Workplace


async def revise_regulation(place: Workplace, text: str, why: str) -> int:
    """Put a corrected TOML of a known key and version in force; gives how many open cases were re-timed.

    Only an administrator may. Raises Refused, or ProfileError where the text cannot be used; nothing is changed then.
    """
    check_duty(place, Duty.SET_RULES)
    if refused := requirements.reason(why):
        raise Refused(refused.code, **refused.params)
    profile = parse(text, "regulation.toml")
    mine = Regulation.key == profile.key, Regulation.version == profile.version
    async with place.database.write() as connection:
        last = (await connection.execute(select(func.max(Regulation.revision)).where(*mine))).scalar()
        if last is None:
            known = ", ".join(sorted({p.key for p in place.regulations.values()}))
            raise Refused("regulation_unknown", key=f"{profile.key} {profile.version}", known=known)
        now = await place.database.moment(connection)
        revision = {
            "key": profile.key,
            "version": profile.version,
            "revision": last + 1,
            "effective_from": profile.effective_from,
            "text": text,
            "added_at": now,
        }
        statement = insert(Regulation).values(**revision).returning(Regulation.id)
        regulation_id = (await connection.execute(statement)).scalar_one()
        change = {"uuid": new_uuid(), "regulation_id": regulation_id, "person_id": place.person.id}
        await connection.execute(insert(RuleChange).values(**change, why=why.strip(), changed_at=now))
    return await finish_changes(place)
