"""What concerns the Governor (п. 24), with data in it: a surge the program noticed, the episode it became, an urgent
report, and what was handed over."""

from datetime import timedelta

QUIET_DAYS, LOUD = 27, 24
TITLE = "Срыв вывоза твёрдых коммунальных отходов в Льгове и трёх соседних районах после смены перевозчика"
WORDS = (
    "Третий день не вывозят мусор, площадка завалена, крысы бегают днём. Звоню региональному оператору — автоответчик.",
    "Когда уже вывезут? Дети идут в школу мимо этой кучи, запах стоит на весь двор, собаки растаскивают пакеты.",
)


async def furnish(place):
    """Four quiet weeks and a morning that is not, taken in as any messages are; gives the uuid of what was proposed."""
    from app.services.directories import read_directories
    from app.services.incoming import Incoming
    from app.services.registering import register
    from app.services.surges import SurgeWatch

    now, known = place.now(), await read_directories(place)
    topic = max((each.name for each in known.topics if each.group), key=len)
    where = max((each.name for each in known.locations if "не назван" not in each.name), key=len)
    # A voice is known by how its words begin, too: they begin with what tells them apart.
    past = [(day, n) for day in range(1, QUIET_DAYS) for n in (1, 2)]
    quiet = [(f"{day}-{n}: вывезите мусор", timedelta(days=day, hours=n)) for day, n in past]
    loud = [(f"{n + 1}-й двор. {WORDS[n % 2]}", timedelta(minutes=5 * n)) for n in range(LOUD)]
    messages = [
        Incoming(text, ("vk", "ok", "telegram")[number % 3], topic=topic, place=where, posted_at=now - ago,
                 author_name=f"Житель {number}")
        for number, (text, ago) in enumerate((*quiet, *loud))
    ]  # fmt: skip
    await register(place, messages)
    return await SurgeWatch(place).check()


async def take_pictures(eye, window, looks):
    """The page with the proposal, what it becomes, and each dialog of it."""
    from app.services import surges
    from app.services.episodes import list_episodes
    from app.services.governor import Handing, report_episode

    place = window.place
    window.open_page("page:governor")
    await looks.quiet()
    page = window.places.page
    await _shown(eye, window, page, "waiting", "surge", looks)
    for code in ("confirm", "dismiss"):
        await _pressed(eye, window, page, code, looks)
    for surge in await surges.list_surges(place):
        await surges.confirm(place, surge.uuid, TITLE)
    await _shown(eye, window, page, "episodes", "episode", looks)
    for code in ("report_episode", "cases", "history", "close"):
        await _pressed(eye, window, page, code, looks)
    for episode in await list_episodes(place):
        note = "поручение № 14-р: вывезти сегодня до 20:00, доложить письменно"
        await report_episode(place, episode.uuid, Handing("Губернатору Курской области", "phone", note=note))
    await _shown(eye, window, page, "reported", "report", looks)
    await _pressed(eye, window, page, "history", looks)


async def _shown(eye, window, page, which, kind, looks):
    """The list, with the first row of this kind chosen."""
    page.show_list(which)
    page.show_now()
    await looks.quiet()
    rows = [page.table.model().row(page.table.model().index(n, 0)) for n in range(page.table.model().rowCount())]
    if found := [row for row in rows if row.kind == kind]:
        page.table.choose(found[0].key)
    await looks.quiet()
    eye.take(f"raised_{which}", window)


async def _pressed(eye, window, page, code, looks):
    button = page.buttons[code]
    if button.isVisible() and eye.wants(f"raised_{code}"):
        button.click()
        await looks.take_dialog(eye, window, f"raised_{code}")
