"""Both languages on the screen: no word is cut at 1366×768, and English leaves nothing of its own in Russian."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from app.regulation.workflow import Role
from app.services.changes import Feed
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.texts import use_language
from app.ui import theme
from app.ui.pages import registry
from tests.helpers.qt import until
from tests.helpers.room import cut_texts, is_cyrillic, texts_of
from tests.helpers.windows import SIZE, open_desk

# What the region's people wrote: names, the act's title, the names of their topics and places.
WRITTEN = ("Курская область", "796-па", "Е. Соколова", "А. Орлов", "Всё Умеющая", "ИМЯ")


async def everyone(desk):
    """A person whose roles show every page there is."""
    await add_people(
        desk.region.database, [NewPerson("Всё Умеющая", (Role.CURATOR, Role.ADMINISTRATOR, Role.SUPERVISOR))]
    )
    people = await list_people(desk.region.database)
    return await sit_down(desk.region.database, next(p for p in people if p.name == "Всё Умеющая"), Feed())


def work_of_pages():
    """Reads under way that a page waits for; watching goes on for ever."""
    return [task for task in asyncio.all_tasks() if task.get_name().startswith("page")]


async def laid_out(page):
    """Until a label that was filled just now has had its turn in the layout; one that never gets its room is told."""
    for _ in range(20):
        if not cut_texts(page):
            return
        await asyncio.sleep(0.05)


@pytest.fixture
def scaled():
    """Dresses the program in type of another size for one test."""
    app = QApplication.instance()
    yield lambda scale: theme.use(app, theme.load("light", scale))
    theme.use(app, theme.load("light"))


# Words that end in "…" by design, or a hint in an empty field: what is asked there stays readable without it.
SHORTENED = ("Поиск", "Файл CSV")


@pytest.mark.parametrize(
    ("language", "scale", "size"),
    [("ru", 1.0, SIZE), ("en", 1.0, SIZE), ("ru", 1.5, SIZE), ("ru", 1.0, (960, 540))],
    ids=["ru", "en", "large type", "1920 at 200 %"],
)
async def test_every_page_has_room_for_its_words(tmp_path, scaled, language, scale, size):
    use_language(language)
    scaled(scale)
    desk = await open_desk(tmp_path)
    place = await everyone(desk)
    await desk.region.reworked()
    window = await desk.sit(place, size=size)
    assert (window.width(), window.height()) == size
    cut, russian, sideways = {}, {}, {}
    for kind in registry.pages_of(place.actor):
        window.open_page(f"page:{kind.code}")
        await until(lambda code=kind.code: (page := window.places.page) is not None and page.objectName() == code)
        await until(lambda: not work_of_pages())
        await laid_out(window.places.page)
        cut |= {text: (kind.code, name, missing) for name, text, missing in cut_texts(window)
                if (size == SIZE and scale == 1.0) or not text.startswith(SHORTENED)}  # fmt: skip
        frame = window.places.currentWidget()
        if (missing := frame.horizontalScrollBar().maximum()) and scale == 1.0:
            sideways[kind.code] = missing
        russian |= {text: (kind.code, name) for name, text in texts_of(window.places.page) if is_cyrillic(text)}
    await desk.aclose()

    assert cut == {}
    assert sideways == {}
    if language == "en":
        ours = {text: where for text, where in russian.items() if not any(words in text for words in WRITTEN)}
        assert ours == {}
