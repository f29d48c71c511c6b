"""The screen is kept on by whoever can: here an X server's own command, recorded by a stand-in."""

from app.ui.wall.awake import keep_awake


def test_blanking_and_power_saving_are_switched_off(tmp_path, monkeypatch):
    told = tmp_path / "told"
    command = tmp_path / "xset"
    command.write_text(f'#!/bin/sh\necho "$@" >> {told}\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")

    assert keep_awake("xcb") == ["xset"]
    assert told.read_text().splitlines() == ["s off", "s noblank", "-dpms"]


def test_where_nobody_can_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    assert keep_awake("xcb") == []
    assert keep_awake("offscreen") == []
