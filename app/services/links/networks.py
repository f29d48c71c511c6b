"""The forms of links in each network: an address is tried against them in order, the first that knows it answers.

Screen names are compared in lower case; codes, invitations and the ids of YouTube and Дзен keep their case.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

from app.services.links.link import Address, Link, link

Form = Callable[[Address], Link | None]

# Before a network's host these change nothing.
PREFIXES = ("www.", "m.", "new.", "mobile.", "music.", "web.", "gaming.")
HOSTS = {
    **dict.fromkeys(("vk.com", "vk.ru", "vkvideo.ru", "vk.cc", "vk.me", "vkontakte.ru"), "vk"),
    **dict.fromkeys(("ok.ru", "odnoklassniki.ru"), "ok"),
    **dict.fromkeys(("t.me", "telegram.me", "telegram.dog", "telesco.pe"), "telegram"),
    **dict.fromkeys(("youtube.com", "youtu.be", "youtube-nocookie.com"), "youtube"),
    **dict.fromkeys(("dzen.ru", "zen.yandex.ru", "zen.yandex.com"), "dzen"),
    **dict.fromkeys(("tiktok.com", "vm.tiktok.com", "vt.tiktok.com"), "tiktok"),
    **dict.fromkeys(("wa.me", "whatsapp.com", "api.whatsapp.com", "chat.whatsapp.com"), "whatsapp"),
    **dict.fromkeys(("viber.com", "chats.viber.com", "invite.viber.com"), "viber"),
    "max.ru": "max",
    "rutube.ru": "rutube",
}
SCHEMES = {"tg": "telegram", "viber": "viber", "whatsapp": "whatsapp"}

_DIGITS = re.compile(r"[0-9]+")
# A screen name: no punctuation at its end, which would be the sentence's around a link.
_NAME = r"[A-Za-z0-9](?:[\w.-]*\w)?"
# A code that a network made: kept as it is.
_CODE = re.compile(r"[\w-]+(?:\.[\w-]+)*", re.ASCII)
_PAIR = re.compile(r"(-?[0-9]+)_([0-9]+)")


def _path(network: str, kind: str, pattern: str, name: str, url: str, address: Address) -> Link | None:
    """A form told by the path alone: `name` and `url` are templates over the pattern's groups."""
    found = re.fullmatch(pattern, address.part, re.ASCII)
    return link(network, kind, found.expand(name), found.expand(url)) if found else None


def _lower(network: str, kind: str, pattern: str, url: str, address: Address) -> Link | None:
    """A form whose only group is a screen name, which is the same in any case of letters."""
    found = re.fullmatch(pattern, address.part, re.ASCII)
    if found is None:
        return None
    name = found[1].lower()
    return link(network, kind, name, url.format(name))


def _on(host: str, form: Form) -> Form:
    return lambda address: form(address) if address.host == host else None


# ----- VK


_VK_OBJECT = re.compile(
    r"(wall|photo|video|clip|topic|album|market|product|story|doc|poll|page|podcast)(-?\d+)_(\d+)(?:_r(\d+))?",
    re.ASCII | re.IGNORECASE,
)
# What people write comments under besides posts and topics; their numbers are those of the thing commented.
_VK_COMMENTED = ("photo", "video", "clip", "market", "product")
# A community's or person's list of something: no message stands there, whose it is can be told.
_VK_LISTS = r"videos|clips|albums|photos|market|docs|audios|stories"
_VK_SERVICES = (
    "feed|im|search|friends|groups|video|videos|music|login|away|(?:share|away|join|restore)\\.php|clips|photos|"
    "albums|market|fave|bookmarks|audios?|apps|games|docs|settings|support|about|terms|jobs|calls|wall|stickers|discover"
)
_VK_PAGE = rf"(?!(?i:{_VK_SERVICES})(?:/|$))([A-Za-z0-9_.]+\w)"


def _vk_object(address: Address) -> Link | None:
    """Walls, photos, videos and the like: in ?w=, else ?z=, else in the path itself."""
    within = (address.part, address.parts[-1]) if address.parts else ()
    for place in (address.query.get("w", ""), address.query.get("z", ""), *within):
        found = _VK_OBJECT.match(place) if place else None
        if found and not re.match(r"\w", place[found.end() :]):
            kind, owner, number, reply = found.groups()
            return _vk_named(kind.lower(), f"{owner}_{number}", reply, address)
    return None


def _vk_named(kind: str, name: str, reply: str | None, address: Address) -> Link:
    if kind == "wall":
        reply = reply or _vk_reply(address)
        if not reply:
            return link("vk", "post", name, f"https://vk.com/wall{name}")
        thread = address.query.get("thread", "")
        tail = f"?reply={reply}" + (f"&thread={thread}" if _DIGITS.fullmatch(thread) else "")
        return link("vk", "comment", f"{name}:{reply}", f"https://vk.com/wall{name}{tail}")
    post = address.query.get("post", "")
    if kind == "topic" and _DIGITS.fullmatch(post):
        return link("vk", "topic_comment", f"{name}:{post}", f"https://vk.com/topic{name}?post={post}")
    if kind in _VK_COMMENTED and (reply := _vk_reply(address)):
        return link("vk", f"{kind}_comment", f"{name}:{reply}", f"https://vk.com/{kind}{name}?reply={reply}")
    return link("vk", "wiki" if kind == "page" else kind, name, f"https://vk.com/{kind}{name}")


def _vk_reply(address: Address) -> str:
    """The comment an address points at: in ?reply=, on the mobile site behind # alone; "" for none."""
    reply = address.query.get("reply", "") or address.fragment.removeprefix("reply")
    return reply if _DIGITS.fullmatch(reply) else ""


def _vk_player(address: Address) -> Link | None:
    owner, number = address.query.get("oid", ""), address.query.get("id", "")
    name = f"{owner}_{number}"
    if address.part != "video_ext.php" or not _PAIR.fullmatch(name):
        return None
    return link("vk", "video", name, f"https://vk.com/video{name}")


def _vk_dialog(address: Address) -> Link | None:
    found, user = re.fullmatch(r"gim(\d+)", address.part), address.query.get("sel", "")
    if not found or not _DIGITS.fullmatch(user):
        return None
    return link("vk", "dialog", f"-{found[1]}:{user}", f"https://vk.com/gim{found[1]}?sel={user}")


_VK: tuple[Form, ...] = (
    _on("vk.cc", partial(_path, "vk", "short", r"(\w+)", r"\1", r"https://vk.cc/\1")),
    _vk_object,
    _vk_player,
    _vk_dialog,
    _on("vk.me", partial(_path, "vk", "invite", r"join/([\w=+/-]+)", r"\1", r"https://vk.me/join/\1")),
    partial(_path, "vk", "profile", rf"(?i:id|wall|{_VK_LISTS})(\d+)", r"\1", r"https://vk.com/id\1"),
    partial(_path, "vk", "group", rf"(?i:club|public|event|board|(?:wall|{_VK_LISTS})-)(\d+)", r"\1",
            r"https://vk.com/club\1"),
    _on("vkvideo.ru", partial(_lower, "vk", "page", rf"@{_VK_PAGE}(?:/\w+)?", "https://vk.com/{}")),
    partial(_lower, "vk", "article", rf"(@{_NAME})", "https://vk.com/{}"),
    partial(_lower, "vk", "page", _VK_PAGE, "https://vk.com/{}"),
)


# ----- Одноклассники

_OK_SITE = "https://ok.ru/"


def _ok_old(address: Address) -> Link | None:
    """Addresses of the old mobile site: everything stands in the query."""
    if address.part != "dk":
        return None
    names = ("groupId", "themeId", "mvId", "friendId")
    group, theme, film, friend = (address.query.get(f"st.{key}", "") for key in names)
    if _DIGITS.fullmatch(film):
        return link("ok", "video", film, f"{_OK_SITE}video/{film}")
    if _DIGITS.fullmatch(group) and _DIGITS.fullmatch(theme):
        return link("ok", "topic", f"{group}/{theme}", f"{_OK_SITE}group/{group}/topic/{theme}")
    if _DIGITS.fullmatch(group) and not theme:
        return link("ok", "group", group, f"{_OK_SITE}group/{group}")
    return link("ok", "profile", friend, f"{_OK_SITE}profile/{friend}") if _DIGITS.fullmatch(friend) else None


def _ok_named_topic(address: Address) -> Link | None:
    """A topic by its group's name, which is the same in any case of letters."""
    found = re.fullmatch(rf"({_NAME})/topic/(\d+)", address.part, re.ASCII)
    if found is None:
        return None
    name = f"{found[1].lower()}/topic/{found[2]}"
    return link("ok", "topic", name.replace("/topic", ""), _OK_SITE + name)


_OK: tuple[Form, ...] = (
    _ok_old,
    partial(_path, "ok", "topic", r"group/?(\d+)/topic/(\d+)", r"\1/\2", rf"{_OK_SITE}group/\1/topic/\2"),
    partial(_path, "ok", "status", r"profile/(\d+)/statuses/(\d+)", r"\1/\2", rf"{_OK_SITE}profile/\1/statuses/\2"),
    partial(
        _path, "ok", "photo", r"(group|profile)/(\d+)/(?:album|pphotos)/(\d+)/(\d+)", r"\2/\3/\4",
        rf"{_OK_SITE}\1/\2/album/\3/\4",
    ),
    partial(
        _path, "ok", "photo", r"(group|profile)/(\d+)/[gp]?photos/(\d+)", r"\2/\3", rf"{_OK_SITE}\1/\2/pphotos/\3",
    ),
    partial(_path, "ok", "video", r"(?:video|videoembed|live)/(\d+(?:-\d+)?)", r"\1", rf"{_OK_SITE}video/\1"),
    partial(_path, "ok", "group", r"group/?(\d+)(?:/topics)?", r"\1", rf"{_OK_SITE}group/\1"),
    partial(_path, "ok", "profile", r"profile/(\d+)(?:/statuses)?", r"\1", rf"{_OK_SITE}profile/\1"),
    _ok_named_topic,
    partial(
        _lower, "ok", "page", rf"(?!(?:feed|video|live|search|profile|group|messages|dk)$)({_NAME})",
        _OK_SITE + "{}",
    ),
)  # fmt: skip


# ----- Telegram

_CHAT = re.compile(r"[A-Za-z]\w{2,31}", re.ASCII)
_NO_CHAT = {"c", "s", "iv", "share", "proxy", "socks", "addstickers", "addemoji", "joinchat", "setlanguage", "login",
            "addtheme", "addlist", "boost", "confirmphone", "bg", "invoice"}  # fmt: skip


def _telegram_phone(address: Address) -> Link | None:
    """t.me/+7… is a person's number, other letters behind the plus an invitation."""
    said = address.query.get("phone", "") if address.scheme == "tg" and address.host == "resolve" else ""
    said = said or (address.part if address.scheme != "tg" and address.part.startswith("+") else "")
    phone = _phone(said)
    return link("telegram", "dialog", phone, f"https://t.me/+{phone}") if phone else None


def _telegram_invite(address: Address) -> Link | None:
    found = re.fullmatch(r"(?:\+|joinchat/)(.+)", address.part) if address.scheme != "tg" else None
    code = found[1] if found else address.query.get("invite", "") if address.host == "join" else ""
    return link("telegram", "invite", code, f"https://t.me/+{code}") if _CODE.fullmatch(code) else None


def _telegram_scheme(address: Address) -> Link | None:
    if address.scheme != "tg":
        return None
    query = address.query
    if address.host == "privatepost" and _DIGITS.fullmatch(query.get("channel", "")):
        return _telegram_post(f"c/{query['channel']}", query.get("post", ""), query)
    if address.host == "resolve" and _CHAT.fullmatch(query.get("domain", "")):
        if _DIGITS.fullmatch(query.get("story", "")):
            return _telegram_story(query["domain"].lower(), query["story"])
        return _telegram_post(query["domain"].lower(), query.get("post", ""), query)
    return None


def _telegram_story(name: str, number: str) -> Link:
    return link("telegram", "story", f"{name}/{number}", f"https://t.me/{name}/s/{number}")


def _telegram_web(address: Address) -> Link | None:
    if address.scheme == "tg":
        return None
    parts = list(address.parts)
    if address.host.endswith(".t.me"):
        parts.insert(0, address.host.removesuffix(".t.me"))
    if parts and parts[0] == "s":
        parts = parts[1:]
    if parts:
        parts[0] = parts[0].removeprefix("@")
    if len(parts) > 1 and parts[0] == "c" and _DIGITS.fullmatch(parts[1]):
        chat, rest = f"c/{parts[1]}", parts[2:]
    elif parts and _CHAT.fullmatch(parts[0]) and parts[0].lower() not in _NO_CHAT:
        chat, rest = parts[0].lower(), parts[1:]
    else:
        return None
    if len(rest) == 2 and rest[0] == "s" and _DIGITS.fullmatch(rest[1]) and not chat.startswith("c/"):
        return _telegram_story(chat, rest[1])
    if len(rest) > 2 or not all(_DIGITS.fullmatch(part) for part in rest):
        return None
    thread = rest[0] if len(rest) == 2 else address.query.get("thread", "")
    return _telegram_post(chat, rest[-1] if rest else "", {**address.query, "thread": thread})


def _telegram_post(chat: str, post: str, query: Mapping[str, str]) -> Link | None:
    # The Bot API's number of a private supergroup is -100 and its number in links.
    name = f"-100{chat.removeprefix('c/')}" if chat.startswith("c/") else chat
    if not _DIGITS.fullmatch(post):
        return None if chat.startswith("c/") else link("telegram", "page", name, f"https://t.me/{chat}")
    comment, thread = query.get("comment", ""), query.get("thread", "")
    if _DIGITS.fullmatch(comment):
        return link("telegram", "comment", f"{name}/{post}:{comment}", f"https://t.me/{chat}/{post}?comment={comment}")
    within = f"{thread}/" if _DIGITS.fullmatch(thread) else ""
    return link("telegram", "post", f"{name}/{post}", f"https://t.me/{chat}/{within}{post}")


_TELEGRAM: tuple[Form, ...] = (_telegram_phone, _telegram_invite, _telegram_scheme, _telegram_web)


# ----- YouTube

_VIDEO = re.compile(r"[\w-]{11}(?![\w-])", re.ASCII)
_YOUTUBE_SITE = "https://www.youtube.com/"


def _youtube_video(address: Address) -> Link | None:
    if address.host == "youtu.be":
        said = address.parts[0] if address.parts else ""
    elif address.part in ("watch", "live_chat"):
        said = address.query.get("v", "")
    elif len(address.parts) == 2 and address.parts[0] in ("shorts", "live", "embed", "v", "e", "watch"):
        said = address.parts[1]
    else:
        return None
    found = _VIDEO.match(said)  # "youtu.be/ID&t=5" and "watch?v=ID?si=…" are met too
    if found is None or found[0] in ("videoseries", "live_stream"):
        return None
    video, comment = found[0], address.query.get("lc", "")
    if _CODE.fullmatch(comment):
        return link("youtube", "comment", comment, f"{_YOUTUBE_SITE}watch?v={video}&lc={comment}")
    return link("youtube", "video", video, f"{_YOUTUBE_SITE}watch?v={video}")


def _youtube_community(address: Address) -> Link | None:
    """A post of a channel, or a comment under it."""
    post = address.query.get("lb", "") if address.parts[-1:] in (("community",), ("posts",)) else ""
    post = post or (address.parts[1] if len(address.parts) == 2 and address.parts[0] == "post" else "")
    if not _CODE.fullmatch(post) or not post.startswith("Ug"):
        return None
    if _CODE.fullmatch(comment := address.query.get("lc", "")):
        return link("youtube", "comment", comment, f"{_YOUTUBE_SITE}post/{post}?lc={comment}")
    return link("youtube", "community_post", post, f"{_YOUTUBE_SITE}post/{post}")


def _youtube_list(address: Address) -> Link | None:
    name = address.query.get("list", "") if address.part in ("playlist", "embed/videoseries") else ""
    return link("youtube", "playlist", name, f"{_YOUTUBE_SITE}playlist?list={name}") if _CODE.fullmatch(name) else None


_TAB = r"(?:/(?:videos|shorts|streams|community|posts|playlists|podcasts|live|about|featured))?"
_YOUTUBE: tuple[Form, ...] = (
    _youtube_video,
    _youtube_community,
    _youtube_list,
    partial(_path, "youtube", "clip", r"clip/(Ug[\w-]+)", r"\1", rf"{_YOUTUBE_SITE}clip/\1"),
    partial(_path, "youtube", "channel", rf"channel/(UC[\w-]+){_TAB}", r"\1", rf"{_YOUTUBE_SITE}channel/\1"),
    partial(_lower, "youtube", "page", rf"(@{_NAME}){_TAB}", _YOUTUBE_SITE + "{}"),
    partial(_lower, "youtube", "page", rf"((?:c|user)/{_NAME}){_TAB}", _YOUTUBE_SITE + "{}"),
)


# ----- Дзен

_DZEN_SITE = "https://dzen.ru/"
_DZEN: tuple[Form, ...] = (
    partial(_path, "dzen", "article", r"a/([\w-]+)", r"\1", rf"{_DZEN_SITE}a/\1"),
    partial(_path, "dzen", "brief", r"b/([\w-]+)", r"\1", rf"{_DZEN_SITE}b/\1"),
    partial(
        _path, "dzen", "article", rf"media/((?:id/)?{_NAME})/([\w-]+-)?([0-9a-f]{{24}})", r"\3",
        rf"{_DZEN_SITE}media/\1/\2\3",
    ),
    partial(_path, "dzen", "video", r"video/watch/(\w+)", r"\1", rf"{_DZEN_SITE}video/watch/\1"),
    partial(_path, "dzen", "video", r"shorts/(\w+)", r"\1", rf"{_DZEN_SITE}shorts/\1"),
    partial(_path, "dzen", "channel", r"(?:media/)?id/(\w+)", r"\1", rf"{_DZEN_SITE}id/\1"),
    partial(
        _lower, "dzen", "page", rf"(?:media/)?(?!(?:video|shorts|news|media|search)$)({_NAME})",
        _DZEN_SITE + "{}",
    ),
)  # fmt: skip


# ----- TikTok

_TIKTOK_SITE = "https://www.tiktok.com/"


def _tiktok_short(address: Address) -> Link | None:
    if address.host in ("vm.tiktok.com", "vt.tiktok.com") and _CODE.fullmatch(address.part):
        return link("tiktok", "short", address.part, f"https://{address.host}/{address.part}")
    return None


def _tiktok_video(address: Address) -> Link | None:
    found = re.fullmatch(rf"(@(?:{_NAME})?)/(video|photo)/(\d+)", address.part, re.ASCII)
    if found is None:
        return None
    user, kind, number = found[1].lower(), found[2], found[3]
    return link("tiktok", kind, number, f"{_TIKTOK_SITE}{user}/{kind}/{number}")


def _tiktok_page(address: Address) -> Link | None:
    found = re.fullmatch(rf"@({_NAME})", address.part, re.ASCII)
    return link("tiktok", "page", found[1].lower(), f"{_TIKTOK_SITE}@{found[1].lower()}") if found else None


_TIKTOK: tuple[Form, ...] = (
    _tiktok_short,
    _tiktok_video,
    _tiktok_page,
    partial(
        _path, "tiktok", "video", r"(?:v|share/video|embed(?:/v2)?|player/v1)/(\d+)(?:\.html)?", r"\1",
        rf"{_TIKTOK_SITE}@/video/\1",
    ),
    partial(_path, "tiktok", "short", r"t/(\w+)", r"\1", rf"{_TIKTOK_SITE}t/\1"),
)  # fmt: skip


# ----- WhatsApp, Viber


def _phone(said: str) -> str:
    """The digits of a number, "" where these are not a phone's."""
    digits = re.sub(r"[\s()+-]", "", said)
    return digits if re.fullmatch(r"\d{8,15}", digits) else ""


def _whatsapp_dialog(address: Address) -> Link | None:
    said = address.query.get("phone", "") if address.part in ("send", "") else ""
    if address.host == "wa.me" and len(address.parts) == 1:
        said = address.parts[0]
    phone = _phone(said)
    return link("whatsapp", "dialog", phone, f"https://wa.me/{phone}") if phone else None


_WHATSAPP: tuple[Form, ...] = (
    _whatsapp_dialog,
    _on("chat.whatsapp.com", partial(
        _path, "whatsapp", "invite", r"(?:invite/)?(\w+)", r"\1", r"https://chat.whatsapp.com/\1",
    )),
    partial(
        _path, "whatsapp", "post", r"channel/(\w+)/(\d+)", r"\1/\2", r"https://www.whatsapp.com/channel/\1/\2",
    ),
    partial(_path, "whatsapp", "channel", r"channel/(\w+)", r"\1", r"https://www.whatsapp.com/channel/\1"),
)  # fmt: skip


def _viber_scheme(address: Address) -> Link | None:
    if address.scheme != "viber":
        return None
    if address.host == "chat" and (phone := _phone(address.query.get("number", ""))):
        return link("viber", "dialog", phone, f"viber://chat?number={phone}")
    if address.host == "pa" and re.fullmatch(_NAME, name := address.query.get("chatURI", "").lower(), re.ASCII):
        return link("viber", "page", name, f"https://chats.viber.com/{name}")
    return None


def _viber_invite(address: Address) -> Link | None:
    code = address.query.get("g2", "") or address.query.get("g", "")
    if address.host != "invite.viber.com" or not _CODE.fullmatch(code):
        return None
    return link("viber", "invite", code, f"https://invite.viber.com/?g2={code}")


_VIBER: tuple[Form, ...] = (
    _viber_scheme,
    _viber_invite,
    _on("chats.viber.com", partial(_lower, "viber", "page", rf"({_NAME})", "https://chats.viber.com/{}")),
)


# ----- MAX, Rutube

def _max_post(address: Address) -> Link | None:
    """A channel's post: the channel's name is the same in any case of letters, the post's code is not."""
    found = re.fullmatch(r"([A-Za-z]\w+)/([\w-]+)", address.part, re.ASCII)
    name = f"{found[1].lower()}/{found[2]}" if found else ""
    return link("max", "post", name, f"https://max.ru/{name}") if found else None


def _rutube_video(address: Address) -> Link | None:
    pattern = r"(?:video(?:/private)?|shorts|play/embed|live/video)/([0-9a-f]{32})"
    found = re.fullmatch(pattern, address.part.lower())
    return link("rutube", "video", found[1], f"https://rutube.ru/video/{found[1]}/") if found else None


_MAX: tuple[Form, ...] = (
    partial(_path, "max", "post", r"c/(-?\d+)/([\w-]+)", r"\1/\2", r"https://max.ru/c/\1/\2"),
    partial(_path, "max", "chat", r"c/(-?\d+)", r"\1", r"https://max.ru/c/\1"),
    partial(_path, "max", "invite", r"join/([\w-]+)", r"\1", r"https://max.ru/join/\1"),
    partial(_path, "max", "profile", r"u/([\w-]+)", r"\1", r"https://max.ru/u/\1"),
    _max_post,
    partial(_lower, "max", "page", r"([A-Za-z]\w+)", "https://max.ru/{}"),
)
_RUTUBE: tuple[Form, ...] = (
    _rutube_video,
    partial(
        _path, "rutube", "channel", r"(?:channel|video/person)/(\d+)(?:/(?:videos|shorts|playlists|about))?", r"\1",
        r"https://rutube.ru/channel/\1/",
    ),
    partial(_path, "rutube", "playlist", r"plst/(\d+)", r"\1", r"https://rutube.ru/plst/\1/"),
    partial(_lower, "rutube", "page", rf"u/({_NAME})", "https://rutube.ru/u/{}/"),
)  # fmt: skip

FORMS: dict[str, tuple[Form, ...]] = {
    "vk": _VK,
    "ok": _OK,
    "telegram": _TELEGRAM,
    "youtube": _YOUTUBE,
    "dzen": _DZEN,
    "tiktok": _TIKTOK,
    "whatsapp": _WHATSAPP,
    "viber": _VIBER,
    "max": _MAX,
    "rutube": _RUTUBE,
}
