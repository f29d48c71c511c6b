"""The first day: the five steps of each kind of person on the demo region."""

import asyncio

ROLES = ("curator", "executor", "supervisor", "administrator")


async def take_pictures(eye, database, people, folder, looks):
    """Each person's window with each step, and with what is said at the end."""
    from app.services.changes import Feed
    from app.services.regions import sit_down

    for role in ROLES:
        if not eye.wants(f"steps_{role}_"):
            continue
        person = next(p for p in people if tuple(p.roles) == (role,))
        window = await looks.desk(await sit_down(database, person, Feed()), people, folder)
        steps = window.first_steps
        steps.take_up()
        await asyncio.sleep(1.2)  # the bar beside them is told by the next tick that it shares its row
        for number in range(len(steps.steps) + 1):
            await looks.quiet()
            eye.take(f"steps_{role}_{number + 1}", window)
            if number < len(steps.steps):
                steps.go_on()
        steps.leave()
        await window.aclose()
