"""Correcting a regulation, by which its open cases are re-timed; and a new version of the act, for new cases only."""

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Regulation, RuleChange, Source, guards, new_uuid
from app.regulation import requirements
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.profile import Profile
from app.regulation.profile_file import parse
from app.services.journal import check_duty, note_down
from app.services.retiming import Progress, finish_changes
from app.services.workplace import Workplace


async def revise_regulation(
    place: Workplace, text: str, why: str, progress: Progress | None = None, *, based_on: int | None = None
) -> int:
    """Put a corrected TOML of a known key and version in force; gives how many open cases were re-timed.

    Only an administrator may. `based_on` is the revision that the text was made from. Raises Refused, also where
    somebody corrected it meanwhile, or ProfileError where the text cannot be used; nothing is changed then.
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
        if based_on is not None and last != based_on:
            raise Refused("rules_changed_meanwhile")
        await _put(connection, place, profile, text, why, revision=last + 1)
    return await finish_changes(place, progress)


async def add_version(place: Workplace, text: str, why: str) -> Profile:
    """Add the text of a new version of the region's act: cases registered from its day on count by it, no others.

    Only an administrator may. Raises Refused where it is another act's or region's, no newer than the last version,
    or in force no later than it; ProfileError where the text cannot be used.
    """
    check_duty(place, Duty.SET_RULES)
    if refused := requirements.reason(why):
        raise Refused(refused.code, **refused.params)
    profile = parse(text, "regulation.toml")
    async with place.database.write() as connection:
        rows = (await connection.execute(select(Regulation).order_by(Regulation.version.desc()))).all()
        _check_version(profile, rows[0], place.rules().profile)
        await _put(connection, place, profile, text, why, revision=0)
        known = set((await connection.execute(select(Source.code))).scalars())
        new = [s for s in profile.sources if s.code not in known]
        if new:
            values = [{"code": s.code, "name": s.name, "kind": s.kind, "in_act": s.in_act} for s in new]
            await connection.execute(insert(Source), values)
    await place.load()
    return profile


def _check_version(profile: Profile, last: Any, current: Profile) -> None:
    """Refuse what is no later version of the same act in the same region."""
    if profile.key != last.key:
        raise Refused("version_of_another_act", key=profile.key, expected=last.key)
    for name in ("zone", "region_code"):
        found, expected = getattr(profile, name), getattr(current, name)
        if found != expected:
            raise Refused("version_of_another_region", key=f"regulation.{name}", value=found, expected=expected)
    if profile.version <= last.version:
        raise Refused("version_not_newer", version=profile.version, next=last.version + 1)
    if profile.effective_from <= last.effective_from:
        raise Refused("version_date_not_later", date=profile.effective_from, last=last.effective_from)


async def _put(
    connection: AsyncConnection, place: Workplace, profile: Profile, text: str, why: str, *, revision: int
) -> None:
    """Store the text, the change and its entry in the journal; a version (revision 0) has no cases to re-time."""
    now = await place.database.moment(connection)
    row = {
        "key": profile.key,
        "version": profile.version,
        "revision": revision,
        "effective_from": profile.effective_from,
        "text": text,
        "added_at": now,
    }
    made = await connection.execute(insert(Regulation).values(**row).returning(Regulation.id))
    regulation_id = made.scalar_one()
    await guards.learn_regulation(connection, regulation_id, profile)
    change: dict[str, Any] = {
        "uuid": new_uuid(),
        "regulation_id": regulation_id,
        "person_id": place.person.id,
        "finished_at": None if revision else now,
    }
    await connection.execute(insert(RuleChange).values(**change, why=why.strip(), changed_at=now))
    entry = "regulation_corrected" if revision else "regulation_version_added"
    facts = {"regulation": [profile.key, profile.version, revision]}
    await note_down(connection, place, change["uuid"], entry, facts)
