"""The worker's part in networks: messages come in from them, and approved answers go out (п. 3, 14)."""

from sqlalchemy import exists, select

from app.models import Connector, Dispatch
from app.services.background.jobs import Run, Work
from app.services.workplace import Workplace


def collecting(place: Workplace) -> Work:
    """Connections whose time has come are read; a region without any costs one small question."""

    async def work(run: Run) -> None:
        async with run.place.database.read() as connection:
            if not (await connection.execute(select(exists().where(Connector.active)))).scalar_one():
                return
        from app.services.networks import collecting, opening

        await collecting.collect_due(run.place, opening.networks_of(run.place.database))

    return work


def publishing(place: Workplace) -> Work:
    """Answers that wait are sent, those of unknown outcome are looked for, those that stand are recorded."""

    async def work(run: Run) -> None:
        waiting = Dispatch.state.in_(("waiting", "sending", "sent", "check"))
        async with run.place.database.read() as connection:
            if not (await connection.execute(select(exists().where(waiting)))).scalar_one():
                return
        from app.services.networks import opening
        from app.services.outbox.sending import publish_due

        await publish_due(run.place, opening.networks_of(run.place.database))

    return work
