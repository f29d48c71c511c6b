"""The command `wall`: what it may be told, and that it says what it may not."""

import pytest

from app.cli import _parser, main
from app.commands.wall import given_settings


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scale", "5"], "--scale 5.0: допустимо 0.7–1.5.\n"),
        (["--refresh-seconds", "0"], "--refresh-seconds 0: допустимо 2–60.\n"),
        (["--theme", "pink"], "--theme pink: допустимо dark, light.\n"),
        (["--sound", "loud"], "--sound loud: допустимо on, off.\n"),
    ],
)
def test_a_setting_out_of_bounds_is_one_sentence(capsys, words, said):
    assert main(["wall", *words]) == 2
    assert capsys.readouterr().err == said


def test_what_was_given_stands_over_what_is_kept():
    args = _parser().parse_args(["wall", "--agencies", "ДОР", "Комитет ЖКХ", "--sound", "on", "--page-seconds", "0"])
    assert {key: value for key, value in given_settings(args).items() if value is not None} == {
        "agencies": ("ДОР", "Комитет ЖКХ"), "sound": True, "page_seconds": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wall"], "Здесь нет экрана: табло показать нельзя."),
        (["open", "cur-desk://case/1"], "Здесь нет экрана: карточку показать нельзя."),
    ],
)
def test_without_a_screen_it_says_so(capsys, monkeypatch, words, said):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert main(words) == 2
    assert capsys.readouterr().err == f"{said}\n"
