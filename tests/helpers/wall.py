"""Made-up states of a wall, for its pictures and for tests that need no database."""

from datetime import UTC, datetime, timedelta

from app.regulation.clocks import Clock
from app.regulation.profile import Importance, LimitKind
from app.regulation.usual import Usual
from app.services.regulations import shipped_rules
from app.services.wall import Deadline, WallDay, WallQueue, WallState
from app.ui.wall.scene import Shown

# A Tuesday, 14:03:20 in Kursk.
NOW = datetime(2026, 11, 24, 11, 3, 20, tzinfo=UTC)
RULES = shipped_rules("kursk")
NAMES = (
    "Комитет дорожного хозяйства", "Комитет ЖКХ и ТЭК", "Госжилинспекция", "Комитет здравоохранения",
    "Комитет транспорта и автомобильных дорог", "Администрация г. Льгова", "Комитет образования и науки",
    "Комитет соцобеспечения", "Администрация г. Железногорска", "Комитет природных ресурсов",
    "Администрация Курского района", "Комитет по культуре", "Администрация г. Щигры",
)  # fmt: skip


def deadline(number, minutes, step="draft", agency=NAMES[0], code=None, by_agreement=False):
    """A limit that ends `minutes` after NOW."""
    clock = Clock(
        code=code or step, round=1, started_at=NOW - timedelta(hours=3), kind=LimitKind.LIMIT,
        due_at=NOW + timedelta(minutes=minutes), by_agreement=by_agreement,
    )  # fmt: skip
    return Deadline(f"46-2026-{number:06}", agency, step, clock, Importance.NORMAL, 1)


def queue(position, count, late=0, soon=0, minutes=None, hours_old=2):
    name = NAMES[position] if position is not None else ""
    nearest = None if minutes is None else deadline(4100 + (position or 0), minutes, "publish", name)
    return WallQueue(position, name, count, late, soon, NOW - timedelta(hours=hours_old), nearest)


USUAL = Usual(51, 58.0, 66)


def day(detected=63, usual=USUAL, published=41, today=97, month=94):
    return WallDay(detected, usual, published, today, month)


def state(queues=(), deadlines=(), figures=None):
    late = sum(each.late for each in queues)
    return WallState(
        NOW, "Курская область", tuple(queues), tuple(deadlines), sum(each.open for each in queues), late,
        figures or day(),
    )  # fmt: skip


def breach():
    queues = [
        queue(0, 12, 2, 2, -25, 29), queue(2, 7, 1, 0, -3, 9), queue(1, 9, 0, 2, 12), queue(None, 6, 0, 1, 4, 0.7),
        queue(3, 6, 0, 0, 65, 5), queue(4, 4, 0, 0, 100, 75), queue(5, 3, 0, 0, 130, 3), queue(6, 3, 0, 0, 205, 26),
        queue(7, 2, 0, 0, 24 * 60, 90), queue(8, 2, 0, 0, 20 * 60, 4), queue(9, 2, 0, 0, 3 * 24 * 60, 130),
        queue(10, 1, 0, 0, 100), queue(11, 1, 0, 0, 300),
    ]  # fmt: skip
    deadlines = [
        deadline(4122, -25, "publish"), deadline(4171, -3, "draft", NAMES[2]), deadline(4217, 4, "route", ""),
        deadline(4160, 12, "rework", NAMES[1]), deadline(4219, 18, "route", ""),
        deadline(4155, 31, "approve", NAMES[3]), deadline(4100, 44, "draft", NAMES[5], by_agreement=True),
    ]  # fmt: skip
    return state(queues, deadlines)


def calm():
    queues = [queue(3, 4, 0, 0, 96, 3), queue(0, 3, 0, 0, 140, 2), queue(5, 1, 0, 0, 22 * 60, 20)]
    deadlines = [deadline(4230, 96, "draft", NAMES[3]), deadline(4233, 140, "draft"), deadline(4190, 180, "approve")]
    return state(queues, deadlines, day(24, Usual(19, 25.0, 33), 22, 100, 98))


def busy():
    queues = [queue(n, 14 - n, 0, n % 3, 11 + 9 * n, 3 * n + 1) for n in range(13)]
    deadlines = [deadline(4300 + n, 9 + 7 * n, ("route", "draft", "approve")[n % 3], NAMES[n]) for n in range(12)]
    return state(queues, deadlines, day(131, USUAL, 80, 91, 94))


def empty():
    return state((), (), WallDay(0, None, 0, None, None))


STATES = {"breach": breach, "calm": calm, "busy": busy, "empty": empty}


def shown(what, **more):
    """What a picture is made from, for one of STATES or a state."""
    made = STATES[what]() if isinstance(what, str) else what
    values = {"now": NOW, "zone": RULES.agency.zone, "rules_of": lambda _: RULES} | more
    return Shown(state=made, **values)
