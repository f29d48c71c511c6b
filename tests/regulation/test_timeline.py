"""What the table of intervals takes for granted."""

import struct
from importlib.resources import files
from zoneinfo import available_timezones

import tzdata


def transitions(name):
    """Epoch seconds at which the zone's clocks change, read from the compiled zone file (RFC 8536, second block)."""
    data = files(f"{tzdata.__name__}.zoneinfo").joinpath(*name.split("/")).read_bytes()
    utc, standard, leaps, times, types, letters = struct.unpack(">6l", data[20:44])
    second = 44 + times * 5 + types * 6 + letters + leaps * 8 + standard + utc
    count = struct.unpack(">6l", data[second + 20 : second + 44])[3]
    return struct.unpack(f">{count}q", data[second + 44 : second + 44 + 8 * count])


def shipped(name):
    return files(f"{tzdata.__name__}.zoneinfo").joinpath(*name.split("/")).is_file()


def test_no_zone_jumps_there_and_back_within_two_days():
    since_1900 = -2_208_988_800
    zones = [name for name in available_timezones() if shipped(name)]

    close = [
        (name, before)
        for name in zones
        for before, after in zip(transitions(name), transitions(name)[1:], strict=False)
        if before > since_1900 and after - before < 2 * 86_400
    ]

    assert close == []
    assert len(zones) > 400
