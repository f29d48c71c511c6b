"""Sweeps that belong to no person: work of those who are away moves (п. 6), surges are looked for (п. 24), clocks
that run out alert, who wrote long ago is forgotten (152-ФЗ)."""

from app.services.alerts.raising import sweep_alerts
from app.services.background.jobs import Run, Work
from app.services.retention import anonymise
from app.services.substituting import carry_out_absences
from app.services.surges import SurgeWatch
from app.services.workplace import Workplace


def absences(place: Workplace) -> Work:
    """Work moves to substitutes and back on each new day."""

    async def work(run: Run) -> None:
        await carry_out_absences(run.place)

    return work


def surges(place: Workplace) -> Work:
    """What is new is counted and compared; the counts are kept for the worker's term."""
    watch = SurgeWatch(place)

    async def work(run: Run) -> None:
        await watch.check()

    return work


def alerts(place: Workplace) -> Work:
    """Clocks that soon run out, or have, alert whoever can act."""

    async def work(run: Run) -> None:
        await sweep_alerts(run.place)

    return work


def retention(place: Workplace) -> Work:
    """Who wrote long ago is forgotten (152-ФЗ)."""

    async def work(run: Run) -> None:
        await anonymise(run.place)

    return work
