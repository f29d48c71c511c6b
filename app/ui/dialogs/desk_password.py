"""Sets, changes or takes away the password that an embedded region's desk asks for at its start."""

from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QLineEdit, QWidget

from app.regulation.errors import Refusal
from app.services import desk_password
from app.services.accounts import LEAST
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.labels import TextLabel


class DeskPasswordDialog(ActDialog):
    """Ends in (the password that holds, the new one); an empty new one takes it away."""

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None, *, is_set: bool) -> None:
        heading = Heading(tr("Password of the desk"))
        super().__init__("desk_password_dialog", heading, zone, tr("Save"), parent)
        self._is_set = is_set
        self.before, self.password, self.again = (QLineEdit(self.body) for _ in range(3))
        self.before.setHidden(not is_set)
        box = pane(self.body)
        fields = [
            (self.before, "password_before", tr("The password now"), ("desk_password_wrong",)),
            (self.password, "password_new", tr("New password"), ("password_short",)),
            (self.again, "password_again", tr("Once more"), ("passwords_differ",)),
        ]
        for field, name, words, codes in fields if is_set else fields[1:]:
            field.setObjectName(name)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            box.addWidget(labelled(words, field))
            box.addWidget(field)
            box.addWidget(self.error_for(field, *codes))
            field.textChanged.connect(self.clear_errors)
            field.textChanged.connect(self.revise)
        told = tr(
            "At least {least} characters; left empty there is none. It guards this window, not the file: whoever may "
            "read the file can read what is in it.",
            least=LEAST,
        )
        box.addWidget(TextLabel(told, "small", "ink_second", wrap=True))
        box.addStretch(1)
        self._first = self.before if is_set else self.password
        self.revise()
        self.fit(520, 380 if is_set else 320)

    def refusal(self) -> Refusal | None:
        if not self._is_set and not self.password.text():
            return Refusal("password_short", {"least": LEAST})
        return desk_password.refusal(self.password.text(), self.again.text())

    def decision(self) -> tuple[str, str]:
        return self.before.text(), self.password.text()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._first.setFocus()
