"""Recording that a report was told to an official (п. 23): to whom by the act, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.regulation.errors import Refusal
from app.services.reports.freezing import Addressee
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.combo_box import ComboBox


@dataclass(frozen=True, slots=True)
class Telling:
    """To whom a report was told, and how."""

    to: Addressee
    way: str


class TellingDialog(ActDialog):
    """Ends in a `Telling`."""

    def __init__(
        self, addressees: Sequence[Addressee], heading: Heading, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        super().__init__("telling_dialog", heading, zone, tr("Record"), parent)
        self._addressees = addressees
        self.to, self.way = ComboBox(), QLineEdit()
        for number, each in enumerate(addressees):
            self.to.addItem(f"{each.name}, {each.post}" if each.name else each.post, number)
        self.way.setPlaceholderText(tr("in person, by letter No. …, at the meeting"))
        self.to.setObjectName("told_to")
        self.way.setObjectName("told_way")
        self.to.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box = pane(self.body)
        for words, field in ((tr("To whom by the act"), self.to), (tr("How"), self.way)):
            box.addWidget(labelled(words, field))
            box.addWidget(field)
        box.addStretch(1)
        self.revise()
        self.fit(620, 300)

    def tick(self, now: object) -> None:
        """Nothing here depends on the time."""

    def refusal(self) -> Refusal | None:
        return None if self._addressees else Refusal("no_addressee")

    def decision(self) -> Telling:
        return Telling(self._addressees[self.to.currentData()], self.way.text())
