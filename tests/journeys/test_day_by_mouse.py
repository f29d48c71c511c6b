"""A curator's day without a keyboard but for words: each click goes to what is seen where it is seen."""

from datetime import date, timedelta

from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, State
from app.services.cards import read_card
from app.services.sorting import Sorting
from tests.helpers import mouse
from tests.helpers.desk import child, until
from tests.helpers.hands import dialog
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready

AGAIN = "На перекрёстке у школы № 5 во Льгове светофор опять не работает"
TWO_HOURS = timedelta(hours=2)
DRAFTS = (
    (DraftKind.ANSWER, "Здравствуйте! Яму заделают до 27 ноября, фото пришлём."),
    (DraftKind.ANSWER, "Здравствуйте! Заделаем."),
    (DraftKind.INTERIM, "Здравствуйте! Проверим и ответим до конца недели."),
    (DraftKind.CLARIFICATION, "Здравствуйте! Уточните, пожалуйста, номер дома."),
)


async def seated(desk, queue="inbox"):  # noqa: F811
    window = await desk.sit(queue=queue)
    await until(lambda: is_ready(window))
    return window


async def to_queue(window, title, queue):
    """A click on a queue at the left."""
    mouse.click_entry(window.navigation.list, title)
    await until(lambda: window.page.queue == queue and window.places.page is None)


async def choose_case(window, case_id):
    """A click on a row, and the card beside it."""
    await until(lambda: case_id in [row.id for row in window.page.rows()] and window.page.view.isVisible())
    mouse.click_row(window.page.view, [row.id for row in window.page.rows()].index(case_id))
    version = (await read_card(window.place, case_id)).version
    await until(lambda: (card := window.panel.card()) and (card.id, card.version) == (case_id, version))


async def back(window):
    """Wait until no dialog is left over the window."""
    await until(lambda: window.acts._dialog is None)
    window.activateWindow()
    await until(lambda: is_ready(window))


async def test_a_message_from_the_stream_to_one_agency_and_another_to_several(desk):  # noqa: F811
    region = desk.region
    seen = await region.collected("Во дворе на Полевой третий день не горит фонарь", link="https://ok.ru/topic/1")
    several = await region.message("У школы № 5 во Льгове не работает светофор и разбита дорога")
    window = await seated(desk)
    mouse.look(window, "01-inbox")

    await to_queue(window, "Поток", "stream")
    await choose_case(window, seen)
    await mouse.act(window, "detect")
    await to_queue(window, "Входящие", "inbox")
    await choose_case(window, seen)
    routing = await mouse.act_dialog(window, "route")
    mouse.look(routing, "02-routing-empty")
    mouse.pick(routing.topic, "светофоры")
    mouse.pick(routing.location, "сеймский")
    mouse.write(routing.place, "Полевая, 5")
    mouse.click(routing.importance[Importance.HIGH])
    mouse.pick(routing.agency, "дорожного")
    mouse.look(routing, "03-routing-full")
    mouse.click(routing.ok)
    await back(window)
    card = await region.card(seen)
    assert (card.state, card.importance, card.place) == (State.DRAFTING, Importance.HIGH, "Полевая, 5")

    await choose_case(window, several)
    routing = await mouse.act_dialog(window, "route")
    mouse.pick(routing.topic, "светофоры")
    mouse.pick(routing.location, "льгов")
    mouse.press(routing, "several_agencies")
    ordering = await dialog("ordering_dialog")
    mouse.look(ordering, "04-ordering-empty")
    for words in ("льгова", "жкх", "дорожного"):
        mouse.pick(ordering._add, words)
    mouse.look(ordering, "05-ordering-three")
    mouse.press(ordering, "remove_agency")
    mouse.pick(ordering._add, "дорожного")
    mouse.press(ordering, "move_up")
    mouse.press(ordering, "move_up")
    roads, lgov, housing = region.agency_ids
    assert ordering.decision() == (roads, lgov, housing)
    mouse.look(ordering, "06-ordering-moved")
    mouse.click(ordering.ok)
    await until(lambda: not ordering.isVisible())
    routing.activateWindow()
    mouse.look(routing, "07-routing-several")
    mouse.click(routing.ok)
    await back(window)
    card = await region.card(several)
    assert (card.state, [leg.agency_id for leg in card.legs]) == (State.INFORMING, [roads, lgov, housing])
    assert [clock.due_at - clock.started_at for clock in card.open_clocks if clock.code == "link"] == [TWO_HOURS]
    await until(lambda: not window.page.rows())
    mouse.look(window, "08-inbox-empty")


async def test_drafts_of_every_kind_are_decided_on(desk):  # noqa: F811
    region = desk.region
    answer, vague, promise, question = [
        await region.submitted(words, kind, await region.routed(f"Яма на улице {number}"))
        for number, (kind, words) in enumerate(DRAFTS)
    ]
    window = await seated(desk, "approval")
    for case_id in (answer, promise, question):
        await choose_case(window, case_id)
        approval = await mouse.act_dialog(window, "approve")
        mouse.look(approval, f"10-approval-{case_id}")
        if case_id == promise:
            mouse.pick_day(child(approval, "agreed_date"), date(2026, 11, 27))
            mouse.look(approval, "11-approval-date")
        mouse.click(approval.ok)
        await back(window)
    await choose_case(window, vague)
    approval = await mouse.act_dialog(window, "approve")
    mouse.write(approval.remark, "Назвать срок")
    mouse.look(approval, "12-approval-remark")
    mouse.click(approval.rework)
    await back(window)
    await until(lambda: not window.page.rows())
    cards = [await region.card(case_id) for case_id in (answer, vague, promise, question)]
    assert [card.state for card in cards] == [State.TO_PUBLISH, State.REWORK, State.TO_PUBLISH, State.TO_PUBLISH]
    assert cards[2].promised_on == date(2026, 11, 27)

    # By telephone: the agency says where it stands.
    await to_queue(window, "К размещению", "to_publish")
    for number, case_id in enumerate((answer, promise, question)):
        await choose_case(window, case_id)
        publication = await mouse.act_dialog(window, "publish")
        mouse.write(publication.link, f"https://vk.com/wall-1_1?reply={number}")
        mouse.look(publication, f"13-publication-{number}")
        mouse.click(publication.ok)
        await back(window)
    states = [(await region.card(case_id)).state for case_id in (answer, promise, question)]
    assert states == [State.ANSWERED, State.INTERIM, State.AWAITING_AUTHOR]

    # The author replied; the request is answered at once.
    await to_queue(window, "Ждут автора", "awaiting_author")
    await choose_case(window, question)
    reply = await mouse.act_dialog(window, "reply_received")
    mouse.look(reply, "14-reply")
    mouse.write(reply.text, "Дом 12 по Ленина")
    mouse.click(reply.ok)
    await back(window)
    assert (await region.card(question)).state is State.DRAFTING


async def test_a_repeat_an_exclusion_and_what_is_taken_back(desk):  # noqa: F811
    region = desk.region
    earlier = await region.published()
    again = await region.message(AGAIN, author_name="Мария К.")
    insult = await region.message("Дураки и воры, закопаю всех")
    window = await seated(desk)

    await choose_case(window, again)
    mouse.look(window, "20-card-alike")
    repeat = await mouse.act_dialog(window, "repeat")
    mouse.look(repeat, "21-repeat")
    mouse.click(repeat.chooser.rows()[0].button)
    mouse.click(repeat.ok)
    await back(window)
    assert (await region.card(again)).standing.is_repeat
    await until(window.page.undo.isVisible)
    mouse.look(window, "22-undo")
    mouse.press(window.page.undo, "info_bar_action")
    await until(lambda: window.panel.card() and not window.panel.card().standing.is_repeat)
    assert (await region.card(earlier)).state is State.ANSWERED

    await choose_case(window, insult)
    leaving = await mouse.act_dialog(window, "exclude")
    mouse.click(leaving.options["not_processed"])
    mouse.click(next(iter(leaving.grounds.values())))
    mouse.write(leaving.reason, "Угроза")
    mouse.look(leaving, "23-exclude")
    mouse.click(leaving.ok)
    await back(window)
    assert (await region.card(insult)).state is State.NOT_PROCESSED


async def test_queues_are_sorted_narrowed_and_kept(desk):  # noqa: F811
    region = desk.region
    for number, agency in enumerate((1, 0, 1)):
        region.clock.move(minutes=number)
        await region.routed(f"Яма {number}", agency=agency)
    window = await seated(desk, "executors")
    own = [row.id for row in window.page.rows()]

    mouse.click_head(window.page.view, "Орган")
    await until(lambda: window.page.shown.sorting == Sorting("agency"))
    mouse.look(window, "30-sorted")
    mouse.click(window.filters.button)
    mouse.look(window, "31-filters")
    mouse.pick_from_menu("Запомнить отбор «по органу, от А до Я»")
    mouse.click(window.page.narrowing.order)
    await until(lambda: window.page.shown.sorting is None)
    assert [row.id for row in window.page.rows()] == own

    mouse.click(window.filters.button)
    mouse.pick_from_menu("По теме или органу…")
    palette = await dialog("palette")
    mouse.look(palette, "32-narrowing")
    mouse.click_entry(palette.list, "Администрация г. Льгова")
    await until(lambda: len(window.page.rows()) == 2)
    mouse.click(window.page.narrowing.agency)
    await until(lambda: len(window.page.rows()) == 3)

    place = [key for key, _ in window.page.columns()].index("place")
    assert not window.page.view.isColumnHidden(place)
    mouse.click(window.filters.button)
    mouse.pick_from_menu("Место и тема")
    assert window.page.view.isColumnHidden(place)
    await to_queue(window, "Входящие", "inbox")
    mouse.click(window.filters.button)
    mouse.pick_from_menu("по органу, от А до Я · У исполнителей")
    await until(lambda: window.page.queue == "executors" and window.page.shown.sorting == Sorting("agency"))
    mouse.click(window.filters.button)
    await mouse.pick_from_submenu("Забыть отбор", "по органу, от А до Я · У исполнителей")
    assert window.filters.saved() == []


async def test_what_comes_by_the_button_by_dropping_and_by_the_right_button(desk):  # noqa: F811
    region = desk.region
    window = await seated(desk)
    mouse.click(window.taking_in.button)
    mouse.look(window, "40-taking-in")
    mouse.pick_from_menu("Записать звонок или приём…")
    entry = await dialog("entry_dialog")
    mouse.write(entry.text, "Звонила Иванова: на Щигровской не работает светофор")
    mouse.look(entry, "41-entry")
    mouse.click(entry.ok)
    routing = await dialog("routing_dialog")
    mouse.click(routing.cancel)
    await back(window)
    await until(lambda: len(window.page.rows()) == 1)

    mouse.drop(window.page.view, "https://vk.com/wall-46_17?reply=18")
    entry = await dialog("entry_dialog")
    assert entry.link.text().startswith("https://vk.com/wall-46_17")
    mouse.write(entry.text, "Нет света на Полевой")
    mouse.click(entry.ok)
    routing = await dialog("routing_dialog")
    mouse.click(routing.cancel)
    await back(window)
    await until(lambda: len(window.page.rows()) == 2)

    first = window.page.rows()[0].id
    await mouse.menu_of_row(window.page.view, 0)
    mouse.look(window, "42-row-menu")
    mouse.pick_from_menu("Направить в орган")
    routing = await dialog("routing_dialog")
    mouse.pick(routing.topic, "светофоры")
    mouse.pick(routing.location, "льгов")
    mouse.pick(routing.agency, "льгова")
    mouse.click(routing.ok)
    await back(window)
    assert (await region.card(first)).state is State.DRAFTING
