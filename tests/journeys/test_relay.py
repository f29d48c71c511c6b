"""Several agencies from the routing dialog to a common answer, by mouse and keyboard (п. 16)."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QWidget

from app.regulation.workflow import LegKind, State
from app.ui.dialogs.ordering import OrderingDialog
from tests.helpers.desk import child, choose, click, desk, errors, press_ok, type_into, until  # noqa: F401
from tests.helpers.qt import is_ready
from tests.helpers.region import region  # noqa: F401


async def order_of(dialog):
    """The order dialog over the routing dialog."""
    await until(lambda: any(is_ready(d) for d in dialog.findChildren(OrderingDialog)))
    return next(d for d in dialog.findChildren(OrderingDialog) if is_ready(d))


async def test_two_agencies_in_order(region, desk):  # noqa: F811
    at = desk(region.curator)
    case_id = await region.message()
    await at.show(case_id)

    routing = await at.open("route")
    choose(routing.topic, "светоф")
    choose(routing.location, "льгов")
    choose(routing.agency, "дорожн")
    click(routing, "several_agencies")
    ordering = await order_of(routing)
    choose(child(ordering, "add_agency"), "льгов")
    rows = ordering.findChild(QListWidget, "order_list")
    assert rows.count() == 2
    rows.setCurrentRow(1)
    QTest.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    click(ordering, "ok")
    await until(lambda: "дорожн" in child(routing, "then").text().lower())
    await until(lambda: is_ready(routing))
    press_ok(routing)
    assert (await at.done()).state is State.INFORMING

    card = await region.card(case_id)
    assert [(leg.kind, leg.state) for leg in card.legs] == [(LegKind.LINK, "active"), (LegKind.LAST, "waiting")]
    assert "Льгов" in card.legs[0].agency

    await at.show(case_id)
    dialog = await at.open("submit")
    assert dialog.windowTitle().startswith("Информация куратору · ")
    assert dialog.ok.text() == "Передать куратору"  # a part is approved by nobody
    type_into(dialog.editor, "Светофор на балансе города.")
    press_ok(dialog)
    assert (await at.done()).state is State.PASSING_ON

    await at.show(case_id)
    ordering = await at.open("order")
    assert rows_of(ordering) == 1
    ordering.reject()
    await at.done()
    QTest.mouseClick(at.panel.acts.button("pass_on"), Qt.MouseButton.LeftButton)
    assert (await at.done()).state is State.DRAFTING
    assert (await region.card(case_id)).leg.kind is LegKind.LAST

    await at.show(case_id)
    dialog = await at.open("submit")
    assert dialog.findChild(QWidget, "compare") is None  # a part of another agency is no earlier version
    dialog.reject()
    await at.done()


def rows_of(dialog):
    return dialog.findChild(QListWidget, "order_list").count()
