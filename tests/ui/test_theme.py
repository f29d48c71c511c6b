"""The theme: every role is readable where it is used, and a switch reaches everything."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QDateEdit, QDateTimeEdit, QLineEdit, QSpinBox, QTimeEdit

import app
from app.resources import resource
from app.ui import icons, theme
from app.ui.stylesheet import GROUNDS
from app.ui.widgets.countdown import CountdownState
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.plain_text import LinkLabel
from tests.helpers.qt import application

# Stylesheets cannot recolour: their few icons have a colour of their own.
FIXED = {resource(f"icons/{name}.svg") for name in ("combo-arrow", "combo-arrow-up", "check-light", "check-dark")}
RECOLOURED = sorted(set(resource("icons").glob("*.svg")) - FIXED)
PLAIN_GROUNDS = ("background", "panel", "card", "header", "hover", "selection")
TEXT_ON = [
    *((ink, ground) for ink in ("ink", "ink_second", "ink_third") for ground in PLAIN_GROUNDS),
    *(
        (ink, ground)
        for ink in ("late", "soon", "well", "accent")
        for ground in ("panel", "card", "selection", "hover")
    ),
    *(("ink", ground) for ground in ("late_ground", "soon_ground", "well_ground", "info_ground")),
    ("late", "late_ground"),
    ("soon", "soon_ground"),
    ("well", "well_ground"),
    ("accent", "info_ground"),
    ("ink", "found_ground"),
    *(("disabled", ground) for ground in ("panel", "card")),
    ("added", "added_ground"),
    ("removed", "removed_ground"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
]
SHAPE_ON = [
    *(("edge", ground) for ground in ("panel", "card")),
    *(("focus", ground) for ground in ("background", "panel", "card", "selection")),
    *((mark, "track") for mark in ("progress", "late", "soon")),
    ("progress", "card"),
    ("ink_second", "info_ground"),
]


def luminance(color):
    parts = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=theme.NAMES)
def look(request):
    return theme.load(request.param)


def test_contrast_of_black_on_white_is_21():
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21, abs=0.01)


def test_every_icon_is_named_somewhere_in_the_program():
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(app.__file__).parent.rglob("*.py"))
    assert [path.stem for path in RECOLOURED if f'"{path.stem}"' not in sources] == []


@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_is_readable(look, ink, ground):
    assert contrast(look.color(ink), look.color(ground)) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON)
def test_shapes_can_be_told_from_their_ground(look, shape, ground):
    wanted = 1.5 if ground == "track" else 3

    assert contrast(look.color(shape), look.color(ground)) >= wanted


def test_themes_have_the_same_roles():
    assert set(theme.load("light").colors) == set(theme.load("dark").colors)


def test_every_role_that_widgets_ask_for_exists(look):
    asked = {*GROUNDS, *(state.ink for state in CountdownState)}
    asked |= {role for kind in InfoKind for role in kind.value[1:]}

    assert asked <= set(look.colors)


def test_a_colour_that_somebody_thins_stays_whole_for_others(look):
    look.color("on_accent").setAlpha(60)
    assert look.color("on_accent").alpha() == 255


def test_unknown_role_is_an_error(look):
    with pytest.raises(KeyError):
        look.color("pink")


def test_value_may_name_another_role_and_nonsense_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odd.toml").write_text('[colors]\ncard = "#FFFFFF"\nheader = "card"\nline = "grey"\n')
    monkeypatch.setattr(theme, "resource", lambda name: tmp_path / "odd.toml")

    with pytest.raises(theme.ThemeError, match=r"odd\.toml: line = 'grey'"):
        theme.load("odd")


def test_own_font_is_used_with_figures_of_one_width(look):
    application()
    font = look.font("countdown")

    assert QFontInfo(font).family() == theme.FAMILY
    assert QFontMetrics(font).horizontalAdvance("11:11") == QFontMetrics(font).horizontalAdvance("00:00")
    assert QFontInfo(look.font("strong")).weight() == QFont.Weight.DemiBold


@pytest.mark.parametrize("char", "AzЯяЁё№₽«»—–…−·×")
@pytest.mark.parametrize("role", ["body", "strong"])
def test_font_has_the_letters_of_the_desk(char, role):
    application()

    assert QFontMetrics(theme.load("light").font(role)).inFontUcs4(ord(char))  # inFont sees no Cyrillic


def test_scale_enlarges_text_and_lengths():
    large = theme.load("light", 1.5)

    assert large.font("body").pixelSize() == 21
    assert large.px(10) == 15


def test_switch_reaches_palette_stylesheet_and_current():
    app = application()
    try:
        theme.use(app, theme.load("dark"))

        assert theme.current().name == "dark"
        assert QApplication.palette().color(QPalette.ColorRole.Base).name().upper() == theme.load("dark").hex("card")
        assert theme.load("dark").hex("accent") in app.styleSheet()
    finally:
        theme.use(app, theme.load("light"))


def test_a_link_takes_on_the_colour_of_the_look_that_is_switched_to():
    app, label = application(), LinkLabel()
    label.show_link("открыть источник", "https://vk.com/wall-1_2")
    label.show()
    label.grab()
    try:
        theme.use(app, theme.load("dark"))
        image = label.grab().toImage()
        seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert QApplication.palette().color(QPalette.ColorRole.Link).name() in seen
    finally:
        theme.use(app, theme.load("light"))
        label.close()


@pytest.mark.parametrize("path", RECOLOURED, ids=lambda path: path.stem)
def test_every_icon_draws_in_the_colour_asked_for(path):
    application()
    image = icons.pixmap(path.stem, "#ff0000", 20, 2.0).toImage()

    colors = {
        image.pixelColor(x, y).rgb() for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 250
    }
    assert image.width() == 40
    assert colors == {QColor("#ff0000").rgb()}


def test_unknown_icon_is_an_error(look):
    with pytest.raises(FileNotFoundError):
        look.icon("unicorn")


@pytest.mark.parametrize("state", [state for state in CountdownState if state.icon])
def test_every_state_has_its_icon(look, state):
    application()

    assert not look.pixmap(state.icon, state.ink, 16).isNull()


@pytest.mark.parametrize("made", [QLineEdit, QSpinBox, QComboBox, QDateEdit, QTimeEdit, QDateTimeEdit])
@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_field_that_is_switched_off_looks_so_whatever_it_holds(qtbot, name, made):
    theme.use(QApplication.instance(), theme.load(name))
    field = made()
    qtbot.addWidget(field)
    field.resize(180, 40)
    field.show()
    grounds = []
    for is_on in (True, False):
        field.setEnabled(is_on)
        image = field.grab().toImage()
        grounds.append(image.pixelColor(image.width() // 2, 4).name())
    theme.use(QApplication.instance(), theme.load("light"))

    roles = theme.load(name)
    assert grounds == [roles.color("card").name(), roles.color("panel").name()]
