"""What goes wrong, as people see it: a server that lets nobody in, a file that cannot be read, rows that are refused,
a field that is not filled, an act that came too late, a process that died, a search that finds nothing."""

import asyncio
import sys
from multiprocessing import active_children

# What a server may say, each with what the sentence names: the longest and the commonest.
SERVER_SAYS = {
    "server_silent": {"host": "db.kursk.example", "port": 5432},
    "password_wrong": {"user": "sokolova"},
    "certificate_not_trusted": {"host": "db.kursk.example", "detail": "self-signed certificate in certificate chain"},
    "server_only_standby": {"host": "db1.kursk.example, db2.kursk.example"},
}


async def of_signing_in(eye):
    """The connection window after each of these."""
    if not eye.wants("trouble_server_"):
        return
    from app.regulation.errors import Refused
    from app.services.signing_in import Address
    from app.ui.start.sign_in import SignInWindow

    for code, facts in SERVER_SAYS.items():

        async def refuse(_url, code=code, facts=facts):
            raise Refused(code, **facts)

        window = SignInWindow(Address("db.kursk.example", 5432, "cur_desk", "sokolova", ""), refuse)
        window.password.setText("не тот")
        window.show()
        window._request()
        await asyncio.sleep(0.3)
        eye.take(f"trouble_server_{code}", window)
        window.close()
        window.deleteLater()


async def of_files(eye, window, folder, looks):
    """The page of imports with what cannot be read, and with rows that are refused."""
    if not eye.wants("trouble_file_"):
        return
    picture, table, none = folder / "снимок.xlsx", folder / "выгрузка.csv", folder / "нет такого файла.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    rows = ["Дата;Ссылка;Текст;Автор", "не дата;vk.com;;", "31.02.2026 10:00;https://vk.com/wall-1_1;Яма;Пётр"]
    rows += [f"01.12.2026 0{n}:00;https://vk.com/wall-1_{n}0;Яма во дворе {n};Пётр" for n in range(1, 9)]
    table.write_text("\n".join(rows), encoding="utf-8")
    for name, path in (("unreadable", picture), ("missing", none), ("rows", table)):
        window.take_in(str(path))
        await looks.quiet()
        await asyncio.sleep(1)
        eye.take(f"trouble_file_{name}", window)
    page = window.places.page
    if eye.wants("trouble_file_taken"):
        page.take_in()
        await looks.quiet()
        await asyncio.sleep(2)
        eye.take("trouble_file_taken", window)


async def of_forms(eye, window, looks):
    """An entry without a name, one whose name is taken, a search without results, a report whose process died."""
    if eye.wants("trouble_form"):
        window.open_page("page:registers")
        await looks.quiet()
        page = window.places.page
        page.open_register("agencies")
        await looks.quiet()
        page.add_entry()
        page.form.fields["short_name"].setText("Без полного")
        page.save()
        await looks.quiet()
        eye.take("trouble_form", window)
        page.undo()
    if eye.wants("trouble_search"):
        await looks.opened_queue(window, "inbox")
        window.top_bar.search.setFocus()
        window.top_bar.search.setText("ыыыы щщщщ")
        window.top_bar.search.say_now()
        await asyncio.sleep(1)
        await looks.quiet()
        eye.take("trouble_search", window)
        window.top_bar.search.clear()
        window.top_bar.search.say_now()
    if eye.wants("trouble_report"):
        window.open_page("page:reports")
        await looks.quiet()
        window.places.page.make.click()
        for _ in range(100):
            if active_children():
                break
            await asyncio.sleep(0.05)
        for process in active_children():
            process.kill()
        await asyncio.sleep(2)
        eye.take("trouble_report", window)


async def of_acts(eye, window, others, looks):
    """Somebody was quicker while a dialog was open."""
    if not eye.wants("trouble_act"):
        return
    from PySide6.QtWidgets import QPlainTextEdit, QRadioButton

    from app.services.cards import read_card
    from app.services.casework import take

    await looks.opened_queue(window, "inbox")
    window.page.view.choose_first()
    await looks.quiet()
    case = window.page.view.chosen_id()
    window.presenter.perform("exclude", "not_processed")
    dialog = await looks.dialog_over(window)
    if dialog is None:
        print("no dialog: trouble_act", file=sys.stderr)
        return
    await take(others, case, (await read_card(others, case)).version)
    await asyncio.sleep(1)
    dialog.findChildren(QRadioButton)[-1].click()
    dialog.findChild(QPlainTextEdit).setPlainText("Вопрос федерального органа")
    await asyncio.sleep(0.1)
    dialog.ok.click()
    await looks.quiet()
    await asyncio.sleep(0.5)
    eye.take("trouble_act", dialog)
    eye.take("trouble_act_window", window)
    dialog.reject()


async def take_pictures(eye, window, others, folder, looks):
    """`others` is the place of another curator."""
    await of_signing_in(eye)
    await of_forms(eye, window, looks)
    await of_files(eye, window, folder, looks)
    await of_acts(eye, window, others, looks)
