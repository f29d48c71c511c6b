"""Every menu of the desk: those that stand ready, and those that are made when they are asked for."""

import asyncio


async def take_pictures(eye, window, looks):
    """The window is on its inbox; each menu is shown, taken and closed."""
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu, QToolButton

    await looks.opened_queue(window, "inbox")
    for menu in window.findChildren(QMenu):
        if menu.objectName():  # without a name it is of a library, and out of reach
            menu.aboutToShow.emit()
            menu.popup(QPoint(0, 0))
            await _taken(eye, menu, f"menu_{menu.objectName()}")
    seat = window.top_bar.seat_menu()
    seat.popup(QPoint(0, 0))
    await _taken(eye, seat, "menu_seat")
    rows = window.page.rows()
    window.row_menu.open(rows[0].id, QPoint(0, 0))
    await looks.quiet()
    await _open_one(eye, window, "menu_row")
    window.page.view.selectAll()
    await looks.quiet()
    window.row_menu.open(rows[0].id, QPoint(0, 0))
    await _open_one(eye, window, "menu_rows")
    window.page.view.mark_only_chosen()
    await looks.quiet()
    for button in window.panel.findChildren(QToolButton):
        if button.menu() is not None and button.isVisible():
            button.menu().popup(QPoint(0, 0))
            await _taken(eye, button.menu(), "menu_card")
    window.open_page("page:networks")
    await looks.quiet()
    window.places.page.menu.popup(QPoint(0, 0))
    await _taken(eye, window.places.page.menu, "menu_networks")


async def _open_one(eye, window, name):
    """The menu that is open now, made for this moment."""
    from PySide6.QtWidgets import QMenu

    await asyncio.sleep(0.2)
    for menu in window.findChildren(QMenu, "row_menu"):
        if menu.isVisible():
            await _taken(eye, menu, name)


async def _taken(eye, menu, name):
    await asyncio.sleep(0.1)
    eye.take(name, menu)
    menu.close()
