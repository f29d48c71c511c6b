"""Every network in one table: what is asked for to connect it, which hosts it is on, what it can do.

Adapters are imported when they are first used: none costs the start anything.
"""

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.regulation.errors import Refused
from app.services.links import recognise
from app.services.networks.adapter import Abilities, Adapter, Connection, Enclosing
from app.services.networks.shapes import SHAPES

VK_SEARCHES_A_DAY = 950  # of 1000 allowed: the rest is for a person's "check now"
LEAST_MINUTES, MOST_MINUTES = 1, 24 * 60


@dataclass(frozen=True, slots=True)
class Setting:
    """Something asked for: its code, whether it is needed, and what it is: "text", "lines" or "flag"."""

    code: str
    needed: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class NetworkKind:
    """A network: `maker` is its adapter ("vk:VkAdapter"), "" for those where a person does everything."""

    code: str
    maker: str = ""
    hosts: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    secrets: tuple[str, ...] = ()
    abilities: Abilities = field(default_factory=Abilities)
    every_minutes: int = 5

    def make(self, connection: Connection) -> Adapter:
        module, name = self.maker.split(":")
        made: Adapter = getattr(importlib.import_module(f"app.services.networks.{module}"), name)(connection)
        return made

    def hosts_of(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """The hosts that one connection may contact: the network's, or the one of its feed."""
        if self.code != "feed":
            return frozenset(self.hosts)
        return frozenset({urlsplit(str(settings.get("url", ""))).hostname or ""})


KINDS: dict[str, NetworkKind] = {
    kind.code: kind
    for kind in (
        NetworkKind(
            "vk", "vk:VkAdapter", ("api.vk.com", "api.vk.ru", "partners.api.vk.ru", ".vk.com", ".vk.ru"),
            (Setting("group_id"), Setting("phrases", kind="lines"), Setting("api_host")),
            ("group_token", "service_token", "user_token"),
            Abilities(replies=True, posts=True, knows_repeats=True,
                      encloses=Enclosing(most=2, posted=10, megabytes=50, text_length=4096, mixes=True)), 30,
        ),
        NetworkKind(
            "telegram", "telegram:TelegramAdapter", ("api.telegram.org",), (Setting("channel"),), ("bot_token",),
            Abilities(replies=True, posts=True,
                      encloses=Enclosing(most=10, posted=10, megabytes=10, text_length=1024)), 1,
        ),
        NetworkKind(
            "youtube", "youtube:YoutubeAdapter", ("www.googleapis.com", "oauth2.googleapis.com"),
            (Setting("channel_id", needed=True),), ("api_key", "client_id", "client_secret", "refresh_token"),
            Abilities(replies=True), 10,
        ),
        NetworkKind(
            "ok", "ok:OkAdapter", ("api.ok.ru", ".ok.ru", ".odnoklassniki.ru", ".mycdn.me", ".okcdn.ru"),
            (Setting("group_id", needed=True), Setting("application_key"), Setting("comments_tried", kind="flag")),
            ("access_token", "application_secret", "bot_token"),
            Abilities(replies=True, posts=True,
                      encloses=Enclosing(most=0, posted=10, megabytes=20, text_length=4096,
                                         kinds=("image/jpeg", "image/png"))), 5,
        ),
        NetworkKind(
            "max", "max:MaxAdapter", ("platform-api2.max.ru", "platform-api.max.ru", ".oneme.ru", ".okcdn.ru"),
            (Setting("chat_id"), Setting("api_host")),
            ("bot_token",),
            Abilities(replies=True, posts=True,
                      encloses=Enclosing(most=10, posted=10, megabytes=50, text_length=4000)), 1,
        ),
        NetworkKind("feed", "feeds:FeedAdapter", (), (Setting("url", needed=True),), (), every_minutes=15),
        *(NetworkKind(code) for code in ("tiktok", "whatsapp", "viber", "dzen", "rutube")),
    )
}  # fmt: skip
CONNECTABLE = tuple(code for code, kind in KINDS.items() if kind.maker)


def abilities_of(network: str) -> Abilities:
    """What the program can do in a network; nothing in one it does not know."""
    return KINDS[network].abilities if network in KINDS else Abilities()


def checked_settings(network: str, settings: Mapping[str, Any], every_minutes: int) -> dict[str, Any]:
    """The settings as they are kept. Raises Refused: ("connector_setting_missing"), ("connector_id_malformed"),
    ("connector_host_unknown"), ("connector_too_often") with the least minutes, or what `recognise` says of a feed's
    address."""
    kind = KINDS[network]
    kept: dict[str, Any] = {}
    for setting in kind.settings:
        value = settings.get(setting.code)
        if setting.kind == "lines":
            lines = value.splitlines() if isinstance(value, str) else list(value or ())
            value = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
        elif setting.kind == "flag":
            value = bool(value)
        else:
            value = str(value or "").strip()
            if setting.needed and not value:
                raise Refused("connector_setting_missing", setting=setting.code)
        kept[setting.code] = value
        if value and (shape := SHAPES.get((network, setting.code))) is not None:
            kept[setting.code] = shape.read(setting.code, str(value))
    if kept.get("api_host"):
        kept["api_host"] = _listed_host(kept["api_host"], kind)
    if network == "feed":
        _check_feed(kept["url"])
    _check_pace(every_minutes, kept)
    return kept


def _listed_host(text: str, kind: NetworkKind) -> str:
    """A host of the network's own list, also out of its address: a token is never sent to another."""
    host = text.lower().removeprefix("https://").rstrip("/")
    listed = [name for name in kind.hosts if not name.startswith(".")]
    if host not in listed:
        raise Refused("connector_host_unknown", value=text[:100], hosts=", ".join(listed))
    return host


def _check_feed(url: str) -> None:
    """A feed is a page that anybody may open: no inner address, no password in it."""
    recognise(url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refused("link_scheme", link=url)


def _check_pace(every_minutes: int, settings: Mapping[str, Any]) -> None:
    phrases = len(settings.get("phrases", ()))
    least = max(LEAST_MINUTES, math.ceil(phrases * 24 * 60 / VK_SEARCHES_A_DAY))
    if not least <= every_minutes <= MOST_MINUTES:
        raise Refused("connector_too_often", least=least, most=MOST_MINUTES, phrases=phrases)
