"""Dialogs and pages where somebody wrote more than anybody reads: thousands of letters, and a word that has no end."""

SENTENCE = "Подрядчик трижды сдвигал начало работ, каждый раз ссылаясь на погоду, и ни разу не предупредил жителей. "
ENDLESS = "https://example.ru/" + "Перенаправлениесообщенияврайон" * 12
LETTERS = 2_600


def words(letters=LETTERS):
    """Text of about so many letters: paragraphs, and one word without a space in the middle."""
    half = SENTENCE * (letters // 2 // len(SENTENCE))
    return f"{half}\n\n{ENDLESS}\n\n{half}"


def fill(dialog):
    """Type it into every field for text, and the endless word into every line."""
    from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

    for field in dialog.findChildren(QPlainTextEdit):
        if field.isVisible() and not field.isReadOnly():
            field.setPlainText(words())
    for field in dialog.findChildren(QLineEdit):
        if field.isVisible() and field.isEnabled() and not field.text() and "spinbox" not in field.objectName():
            field.setText(SENTENCE)


async def take_pictures(eye, window, looks):
    """Every act's dialog with long words in it, the memo and its dialogs, a new page of guidance, a long remark."""
    await looks.of_acts(eye, window, "wordy_", fill)
    if eye.wants("wordy_memo"):
        window.open_page("page:memos")
        await looks.quiet()
        page = window.places.page
        page.editor.title.setText(SENTENCE * 2)
        page.editor.text.setPlainText(words(8_000))
        await looks.quiet()
        eye.take("wordy_memo", window)
    if eye.wants("wordy_guidance"):
        window.open_page("page:guidance")
        await looks.quiet()
        page = window.places.page
        page.write()
        await looks.quiet()
        fill(page)
        await looks.quiet()
        eye.take("wordy_guidance", window)
        page._leave_form()
