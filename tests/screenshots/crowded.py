"""States that a demo day has not: a card with all the files and acts it may have, many messages to place at once,
several sent together, the strip above other programs, and the desks of people other than the curator."""

import asyncio

ACTS = 60


async def furnish(place, folder):
    """Ids of the cases that were made: with files and a history, and with several messages to place."""
    from app.services.attachments import MOST_FILES, take_bytes
    from app.services.cards import read_card
    from app.services.casework import take
    from app.services.handing_over import hand_over
    from app.services.incoming import Incoming
    from app.services.merging import merge
    from app.services.regions import list_people
    from app.services.registering import enter
    from tests.helpers.many import png

    async def version(case):
        return (await read_card(place, case)).version

    names = ("Снимок двора с очень длинным названием, сделанный утром из окна третьего этажа", "яма", "люк у школы")
    files = [take_bytes(png(40 + n, 30, n * 6), f"{names[n % 3]} {n}", folder, 10**6) for n in range(MOST_FILES)]
    words = "Двор разрыт третью неделю, снимки за каждый день приложены. " * 60
    full = await enter(place, Incoming(words, "vk", author_name="Марина"), files)
    for number in range(3):
        more = await enter(place, Incoming(f"Ещё снимки, дом {number + 2}", "vk", author_name=f"Сосед {number}"), files)
        await merge(place, more, await version(more), full, into_other=True)
    other = next(p for p in await list_people(place.database) if "curator" in p.roles and p.id != place.person.id)
    for number in range(ACTS // 2):
        await hand_over(place, full, await version(full), other.id, f"вечерняя смена, день {number + 1}")
        await take(place, full, await version(full))
    many = await _first_to_place(place)
    if many is not None:
        for number in range(4):
            text = f"У нас во дворе то же самое, подъезд {number + 1}. Когда сделают?"
            link = f"https://vk.com/wall-1_77?reply={number}" if number % 2 else ""
            author = f"Сосед {number}"
            same = await enter(place, Incoming(text, ("vk", "ok")[number % 2], link=link, author_name=author))
            await merge(place, same, await version(same), many, into_other=True)
    return full, many


async def _first_to_place(place):
    from app.services.queries import list_queue
    from app.services.selection import Selection

    rows = await list_queue(place, Selection("to_publish"))
    return rows[0].id if rows else None


async def take_pictures(eye, window, full, many, looks):
    """The window is a curator's own."""
    from PySide6.QtWidgets import QScrollArea

    from app.ui.desk.columns import Columns
    from app.ui.desk.nearest_strip import NearestStrip

    if eye.wants("crowded_card"):
        await _opened(window, "inbox", full, looks)
        eye.take("crowded_card", window)
        bar = window.panel.findChild(QScrollArea, "card_scroll").verticalScrollBar()
        bar.setValue(bar.maximum())
        await asyncio.sleep(0.3)
        eye.take("crowded_card_end", window)
    if many is not None and eye.wants("crowded_placement"):
        await _opened(window, "to_publish", many, looks)
        window.presenter.perform("publish", "answer")
        await looks.take_dialog(eye, window, "crowded_placement")
    if eye.wants("crowded_together"):
        await looks.opened_queue(window, "inbox")
        window.page.view.selectAll()
        await looks.quiet()
        eye.take("crowded_marked", window)
        window.presenter.send_together()
        await looks.take_dialog(eye, window, "crowded_together")
    if eye.wants("crowded_strip"):
        now = window.place.now()
        for count in (3, 0):
            await looks.opened_queue(window, "overdue")
            strip = NearestStrip(Columns(window.place).look)
            strip.show_rows(window.page.rows()[:count], now)
            strip.show()
            await asyncio.sleep(0.1)
            eye.take(f"crowded_strip_{count}", strip)
            strip.close()
            strip.deleteLater()


    if eye.wants("crowded_rating"):
        window.open_page("page:rating")
        await looks.quiet(30.0)
        window.places.page.rows.show(_rating())
        await asyncio.sleep(0.3)
        eye.take("crowded_rating", window)


def _rating():
    """Twenty-eight agencies: good ones, some in the red zone, those of few messages and those that the act spares."""
    from app.regulation.rating_rules import Component
    from app.services.reports.periodic import RatedLine

    lines = []
    for place in range(1, 29):
        standing = "rated" if place < 18 else "red" if place < 22 else "few" if place < 24 else "outside"
        points = 97.4 - 1.9 * place
        scores = {} if place > 21 else {
            each.value: (max(0, 40 - place), 41, points + 7 * number - 9, (12 - place) / (2 + number))
            for number, each in enumerate(Component)
        }  # fmt: skip
        name = looks_long() if place == 5 else f"Комитет по вопросам {place}-го направления и развития территорий"
        is_placed = place < 22
        rank, total = (place, points) if is_placed else (None, None)
        lines.append(RatedLine(place, name, standing, 130 - 4 * place, rank, total, scores))
    return lines


def looks_long():
    """The longest name of an agency there is."""
    from tests.screenshots.looks import LONG_AGENCY

    return LONG_AGENCY


async def _opened(window, queue, case, looks):
    await looks.opened_queue(window, queue)
    window.page.view.choose(case)
    window.presenter.choose(case)
    await looks.quiet()


async def of_other_people(eye, database, people, folder, looks):
    """The desk of an executor, a responsible official, a supervisor, an organiser."""
    from app.services.changes import Feed
    from app.services.regions import sit_down

    for role in ("executor", "responsible", "supervisor", "organiser"):
        if not eye.wants(f"as_{role}_"):
            continue
        person = next(p for p in people if tuple(p.roles) == (role,))
        place = await sit_down(database, person, Feed())
        window = await looks.desk(place, people, folder)
        window.demo_bar.hide()
        await looks.of_the_desk(eye, window, f"as_{role}_")
        await window.aclose()
