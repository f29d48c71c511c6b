"""Formats of networks: lengths as each counts them, media, and what only a network itself forbids."""

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.formats import counts, formats, has_own_links, media_hints, refusal
from app.services.incoming import Incoming
from app.services.registering import enter
from app.services.regulations import shipped_rules

MB = 1024 * 1024


def test_every_figure_has_its_source_and_every_network_is_a_source_of_the_act():
    sources = {source.code for source in shipped_rules("kursk").profile.sources}
    assert set(formats()) <= sources
    assert all(network.source for network in formats().values())


def test_the_tightest_network_comes_first_and_the_unknown_is_not_told():
    found = counts("Ответ", ["vk", "ok", "telegram", "max", "telegram", "phone"])
    assert [(count.network, count.limit) for count in found] == [
        ("MAX", 4000), ("ВКонтакте", 4096), ("Telegram", 4096),
    ]  # fmt: skip


def test_telegram_counts_an_emoji_as_two():
    (count,) = counts("🙂а", ["telegram"])
    assert count.length == 3
    (count,) = counts("🙂а", ["vk"])
    assert count.length == 2


@pytest.mark.parametrize(
    ("text", "kind", "networks", "code"),
    [
        ("я" * 4096, DraftKind.ANSWER, ["telegram"], None),
        ("я" * 4097, DraftKind.ANSWER, ["telegram"], "network_refuses"),
        ("🙂" * 2049, DraftKind.ANSWER, ["telegram"], "network_refuses"),
        ("я" * 4097, DraftKind.INFORMATION, ["telegram"], None),
        ("я" * 4097, DraftKind.ANSWER, ["vk", "ok"], None),
    ],
)
def test_only_what_the_network_itself_refuses_is_a_ban(text, kind, networks, code):
    found = refusal(text, kind, networks)
    assert (found.code if found else None) == code


def test_media_hints():
    photo, video = ("a.jpg", "image/jpeg", 11 * MB), ("b.mp4", "video/mp4", 60 * MB)
    found = media_hints("я" * 1025, [photo, video], ["telegram", "vk"])
    assert [(hint.code, hint.limit, hint.name) for hint in found] == [
        ("caption", 1024, ""), ("photo", 10, "a.jpg"), ("file", 50, "b.mp4"),
    ]  # fmt: skip
    assert media_hints("я" * 1025, [], ["telegram"]) == ()


def test_own_links():
    assert has_own_links("vk")
    assert not has_own_links("ok")
    assert has_own_links("blog")


async def test_the_service_refuses_what_the_network_would(desk):
    case_id = await enter(desk.curator, Incoming("Яма", "telegram"))
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    with pytest.raises(Refused, match="network_refuses"):
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "я" * 4097)
