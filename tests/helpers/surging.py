"""A region where something is going on: messages enough for the program to propose a surge (п. 24)."""

from datetime import timedelta

from app.services.incoming import Incoming
from app.services.registering import register


async def surging(region):
    """Four quiet weeks, and a morning that is not."""
    now = region.clock.now()
    quiet = [(f"Вчера {day} {n}", timedelta(days=day, hours=1)) for day in range(1, 28) for n in range(2)]
    loud = [(f"{n}-й двор без вывоза", timedelta(minutes=n)) for n in range(20)]
    messages = [
        Incoming(text, "vk", topic="Вывоз ТКО", place="Льгов", posted_at=now - ago, author_name=f"Житель {text}")
        for text, ago in (*quiet, *loud)
    ]
    await register(region.curator, messages)
