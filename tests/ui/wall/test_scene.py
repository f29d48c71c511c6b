"""The picture of a wall: golden pictures, what a second repaints, and room for the words of every state and size."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QImage

from app.ui import theme
from app.ui.wall.now_part import following
from app.ui.wall.pieces import Text, width_of
from app.ui.wall.scene import compose
from app.ui.wall.view import WallView
from tests.helpers.golden import TOLERANCE, check_golden, distance
from tests.helpers.qt import application
from tests.helpers.wall import NOW, STATES, breach, shown

SIZES = {"768p": (1366, 768), "1080p": (1920, 1080), "4k": (3840, 2160), "portrait": (1080, 1920)}


@pytest.fixture
def dressed(request):
    app = application()
    theme.use(app, theme.load(getattr(request, "param", "dark")))
    yield theme.current()
    theme.use(app, theme.load("light"))


def painted(picture, size):
    view = WallView()
    view.resize(*size)
    view.show_picture(picture)
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    view.deleteLater()
    return image


@pytest.mark.parametrize(("dressed", "state"), [("dark", "breach"), ("light", "calm")], indirect=["dressed"])
def test_the_wall_looks_as_it_was_approved(dressed, state, tmp_path):
    image = painted(compose(shown(state), dressed, *SIZES["1080p"]), SIZES["1080p"])
    check_golden(image, f"wall_{state}_{dressed.name}", tmp_path, scale=0.5)


def test_the_comparison_notices_one_figure(dressed):
    size = SIZES["1080p"]
    picture = compose(shown("breach"), dressed, *size)
    without = {key: piece for key, piece in picture.items() if key != "queue/4/due"}
    other_mark = dict(picture)
    del other_mark["foot/late/mark"]
    whole = painted(picture, size)
    assert distance(whole, painted(picture, size)) == 0
    assert distance(whole, painted(without, size)) > TOLERANCE
    assert distance(whole, painted(other_mark, size)) > TOLERANCE


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_leaves_the_screen_and_only_names_are_cut(dressed, state, size):
    width, height = SIZES[size]
    for lost in ("", "Сервер базы данных не отвечает."):
        picture = compose(shown(state, lost=lost), dressed, width, height)
        screen = QRect(0, 0, width, height)
        outside = [key for key, piece in picture.items() if not screen.contains(QRect(*piece.place))]
        cut = [key for key, piece in picture.items() if isinstance(piece, Text) and is_cut(dressed, piece)]
        assert outside == []
        assert cut == []


def is_cut(look, piece):
    return QFontMetrics(look.sized_font(piece.size, piece.weight)).horizontalAdvance(piece.text) > piece.place[2] + 1


def test_all_names_of_a_page_have_one_size(dressed):
    picture = compose(shown("breach"), dressed, *SIZES["1080p"])
    names = {piece.size for key, piece in picture.items() if key.startswith("queue/") and "/name" in key}
    assert len(names) == 1


def test_figures_at_the_foot_keep_apart(dressed):
    picture = compose(shown("breach"), dressed, *SIZES["1080p"])
    words = sorted((piece for key, piece in picture.items() if key.startswith("foot/") and key.endswith("/words")),
                   key=lambda piece: piece.place[0])  # fmt: skip
    ends = [piece.place[0] + width_of(dressed, piece.text, piece.size) for piece in words]
    gaps = [other.place[0] - end for end, other in zip(ends, words[1:], strict=False)]
    assert len(gaps) == 4
    assert min(gaps) >= 32


@pytest.mark.parametrize("size", SIZES)
def test_what_must_be_done_now_is_the_largest(dressed, size):
    picture = compose(shown("breach"), dressed, *SIZES[size])
    sizes = {key: piece.size for key, piece in picture.items() if isinstance(piece, Text)}
    figure = sizes.pop("now/figure")
    assert figure >= 2 * max(sizes.values())
    assert picture["now/figure"].text == "−0:25"


@pytest.mark.parametrize("state", ["calm", "empty"])
def test_a_calm_wall_is_grey(dressed, state):
    roles = {piece.role for piece in compose(shown(state), dressed, *SIZES["1080p"]).values()}
    assert not {role for role in roles if role.startswith(("late", "soon", "well", "accent"))}


def test_colour_never_stands_alone(dressed):
    picture = compose(shown("breach"), dressed, *SIZES["1080p"])
    coloured = {key.rpartition("/")[0] for key, piece in picture.items()
                if isinstance(piece, Text) and piece.role in ("late", "soon")}  # fmt: skip
    assert {"now", "queue/0", "queue/2", "next/0", "foot/late"} <= coloured
    assert [part for part in coloured if f"{part}/mark" not in picture] == []


def test_a_second_repaints_nothing_and_a_minute_only_its_figures(dressed):
    view = WallView()
    size = SIZES["1080p"]
    view.resize(*size)
    for seconds in (10, 11):  # limits end on the twentieth second of a minute
        view.show_picture(compose(shown("breach", now=NOW + timedelta(seconds=seconds)), dressed, *size))
    assert view.repainted == []
    before = view.picture
    view.show_picture(compose(shown("breach", now=NOW + timedelta(seconds=71)), dressed, *size))
    differing = {key for key in before.keys() | view.picture.keys() if before.get(key) != view.picture.get(key)}
    assert {"head/clock", "now/figure"} <= differing
    assert {key.rpartition("/")[2] for key in differing} <= {"clock", "figure", "due", "age", "mark"}
    area = sum(place.width() * place.height() for place in view.repainted) / 2
    assert area < 0.2 * size[0] * size[1]
    view.deleteLater()


def test_limits_that_can_still_be_kept_are_seen_beside_the_late_ones():
    from tests.helpers.wall import deadline

    late = [deadline(n, n - 30, "publish") for n in range(10)]
    ahead = [deadline(100 + n, n + 1, "route", "") for n in range(10)]

    assert following((*late, *ahead), NOW, 4) == [*late[1:3], *ahead[:2]]
    assert following((*late, *ahead[:1]), NOW, 4) == [*late[1:4], ahead[0]]
    assert following(tuple(late), NOW, 3) == late[1:4]
    assert following(tuple(late), NOW, 0) == []


def test_a_lost_connection_is_said_in_words_and_the_time_of_the_data_stays(dressed):
    picture = compose(shown("breach", lost="Сервер не отвечает."), dressed, *SIZES["1080p"])
    assert picture["strip/words"].text == "Нет связи: здесь данные на 14:03:20. Сервер не отвечает."
    assert picture["foot/stamp"].text == "Данные на 14:03:20"
    assert picture["now/figure"].text == "−0:25"  # the limits run on


def test_a_breach_stands_on_every_page(dressed):
    for turn in range(4):
        picture = compose(shown(breach(), turn=turn), dressed, *SIZES["768p"])
        names = [piece.text for key, piece in picture.items() if key.startswith("queue/") and "/name" in key]
        assert "Госжилинспекция" in names
