"""How this screen's wall is set up: agencies, size, pages, sound, look and screen; opened by F2."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.texts import mark, tr
from app.ui import theme
from app.ui.wall.settings import PAGE_SECONDS, REFRESH_SECONDS, SCALES, WallSettings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.number_box import NumberBox
from app.ui.widgets.shortcuts import shortcut

_THEMES = {"dark": mark("Dark"), "light": mark("Light")}


class WallSetupDialog(QDialog):
    """Gives the settings decided on; saves nothing itself."""

    def __init__(
        self, settings: WallSettings, agencies: tuple[str, ...], screens: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("wall_setup")
        self.setWindowTitle(tr("Set-up of this screen"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.agencies = QListWidget()
        self.scale, self.theme, self.screen_box = ComboBox(), ComboBox(), ComboBox()
        self.page, self.refresh = NumberBox(), NumberBox()
        self.sound = QCheckBox(tr("Sound when a limit is breached"))
        self._fill(settings, agencies, screens)
        self._build()
        self.resize(theme.current().px(620), theme.current().px(640))

    def decision(self) -> WallSettings:
        """What was decided."""
        items = (self.agencies.item(row) for row in range(self.agencies.count()))
        return WallSettings(
            agencies=tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked),
            scale=float(self.scale.currentData()),
            page_seconds=self.page.value(),
            refresh_seconds=self.refresh.value(),
            sound=self.sound.isChecked(),
            theme=str(self.theme.currentData()),
            screen=int(self.screen_box.currentData()),
        )

    def _fill(self, settings: WallSettings, agencies: tuple[str, ...], screens: int) -> None:
        # A name chosen before that the region no longer has stays to be seen and taken off.
        for name in dict.fromkeys((*settings.agencies, *agencies)):
            item = QListWidgetItem(name, self.agencies)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = name in settings.agencies
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        for scale in sorted({*SCALES, settings.scale}):
            self.scale.addItem(f"{round(scale * 100)} %", scale)
        self.scale.setCurrentIndex(self.scale.findData(settings.scale))
        for name, words in _THEMES.items():
            self.theme.addItem(tr(words), name)
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        for number in range(1, max(screens, settings.screen) + 1):
            self.screen_box.addItem(str(number), number)
        self.screen_box.setCurrentIndex(self.screen_box.findData(settings.screen))
        self.page.setRange(*PAGE_SECONDS)
        self.page.setSuffix(tr(" s"))
        self.page.setSpecialValueText(tr("do not turn"))
        self.page.setValue(settings.page_seconds)
        self.refresh.setRange(*REFRESH_SECONDS)
        self.refresh.setSuffix(tr(" s"))
        self.refresh.setValue(settings.refresh_seconds)
        self.sound.setChecked(settings.sound)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        for name, words, field in (
            ("scale", tr("Size: larger is read from farther away"), self.scale),
            ("page", tr("A page stands for"), self.page),
            ("refresh", tr("Data are read every"), self.refresh),
            ("theme", tr("Look"), self.theme),
            ("screen", tr("Screen"), self.screen_box),
            ("sound", "", self.sound),
        ):
            field.setObjectName(name)
            field.setAccessibleName(words or self.sound.text())
            form.addRow(words, field)
        self.agencies.setObjectName("agencies")
        self.agencies.setSpacing(2)
        self.agencies.setAccessibleName(tr("Agencies shown"))
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(10)
        box.addWidget(SectionLabel(tr("Agencies shown; none ticked means the whole region")))
        box.addWidget(self.agencies, 1)
        box.addLayout(form)
        keys = tr("Keys of the wall: F2 this set-up, F5 read now, F11 window or whole screen, Esc leave.")
        box.addWidget(TextLabel(keys, "small", "ink_second", wrap=True))
        line = QHBoxLayout()
        line.addStretch(1)
        cancel, ok = KeyButton(tr("Cancel"), "Esc"), KeyButton(tr("Save"), "Ctrl+Enter", ButtonKind.PRIMARY)
        cancel.setObjectName("cancel")
        ok.setObjectName("ok")
        cancel.clicked.connect(self.reject)
        ok.clicked.connect(self.accept)
        line.addWidget(cancel)
        line.addWidget(ok)
        box.addLayout(line)
        shortcut(self, "Ctrl+Return", self.accept)
