"""Links as people paste them: one canonical form for every copy, and a clear refusal for what is none."""

import json
import string
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.errors import Refused
from app.services.links import find_links, recognise
from app.services.links.known import is_of_one_message
from app.services.links.networks import FORMS, HOSTS

DATA = Path(__file__).parents[2] / "data"
CASES = json.loads((DATA / "links.json").read_text(encoding="utf-8"))
FORMS_OF_ONE = json.loads((DATA / "links_same.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["url"])
def test_a_link_is_known_by_its_canonical_form(case):
    found = recognise(case["url"])
    assert (found.network, found.kind, found.canonical_id, found.canonical_url) == (
        case["network"], case["kind"], case["canonical_id"], case["canonical_url"],
    )  # fmt: skip
    assert recognise(found.canonical_url) == found


def test_one_thing_has_one_id_in_all_its_forms_and_no_other_thing_has_it():
    """Some 400 ways to write links: networks' own forms, wrappers, brackets, redirectors, archives, look-alikes."""
    found = [({recognise(text).canonical_id for text in one["links"]}, one["id"]) for one in FORMS_OF_ONE["same"]]
    assert [(ids, id_) for ids, id_ in found if ids != {id_}] == []
    assert len({id_ for _, id_ in found}) == len(found)


def test_what_is_dangerous_or_leads_to_nothing_is_no_link():
    taken = []
    for text in FORMS_OF_ONE["refused"]:
        with suppress(Refused):
            taken.append(recognise(text))
    assert taken == []


@pytest.mark.parametrize(("link", "network", "kind"), [
    ("https://vk.com/video-1_2?reply=7", "vk", "video_comment"), ("https://vk.com/page-1_2", "vk", "wiki"),
    ("https://t.me/+79990001122", "telegram", "dialog"), ("https://t.me/adm_kursk/s/12", "telegram", "story"),
    ("https://www.youtube.com/post/UgkxAbCd?lc=UgzBBB", "youtube", "comment"),
    ("https://clck.ru/3AbC", "blog", "short"),
    ("https://www.youtube.com/embed/videoseries?list=PL1", "youtube", "playlist"),
    ("https://vk.com/board5", "vk", "group"),
    ("https://forum.example.ru/#!/topic/5", "blog", "post"), ("https://max.ru/u/f9LHodD0", "max", "profile"),
])  # fmt: skip
def test_what_kind_of_thing_a_link_leads_to(link, network, kind):
    found = recognise(link)
    assert (found.network, found.kind) == (network, kind)
    assert recognise(found.canonical_url) == found


def test_pages_of_one_document_are_told_apart():
    one, other = (recognise(f"https://forum.example.ru/#!/topic/{number}").canonical_id for number in (5, 6))
    assert one != other


@pytest.mark.parametrize(("link_id", "is_one"), [
    ("vk:topic_comment:-1_2:5", True), ("vk:comment:-1_2:5", True), ("vk:photo:-1_2", False),
    ("blog:post:a.ru/x", False),
])  # fmt: skip
def test_a_comment_of_any_kind_is_one_message(link_id, is_one):
    assert is_of_one_message(link_id, "post") is is_one


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "link_empty"),
        (" «»\u200b", "link_empty"),
        ("https://", "link_malformed"),
        ("привет", "link_malformed"),
        ("https://vk.com/wall-1_2 и ещё слова", "link_malformed"),
        ("https://vk.com\\@evil.example/wall-1_2", "link_malformed"),
        ("https://vk.com/wall\x00-1_2", "link_malformed"),
        ("https://[::1", "link_malformed"),
        ("https://vk.com:99999/wall-1_2", "link_malformed"),
        ("https://intranet/page", "link_malformed"),
        ("https://vk.com/wall-1_2 https://vk.com/wall-1_3", "link_several"),
        ("https://vk.com/wall-1_2https://vk.com/wall-1_3", "link_several"),
        (f"https://a.ru/{'a' * 100_000}", "link_too_long"),
        ("http://①②⑦.⓪.⓪.①/x", "link_private"),
        ("http://127。0。0。1/x", "link_private"),
        ("https://vk..com/wall-1_2", "link_malformed"),
        ("javascript:alert(1)", "link_scheme"),
        ("ftp://vk.com/wall-1_2", "link_scheme"),
        ("file:///etc/passwd", "link_scheme"),
        ("https://user:pass@vk.com/wall-1_2", "link_with_password"),
        ("https://vk.com:8443/wall-1_2", "link_port"),
        ("https://127.0.0.1/wall-1_2", "link_private"),
        ("http://2130706433/", "link_private"),
        ("http://0x7f.1/", "link_private"),
        ("http://[::1]/", "link_private"),
        ("http://localhost/x", "link_private"),
        ("http://server.local/x", "link_private"),
        ("https://vk.com", "link_without_object"),
        ("https://vk.com/feed", "link_without_object"),
        ("https://vk.com/away.php", "link_without_object"),
        ("https://t.me/c/150", "link_without_object"),
        ("https://t.me/proxy?server=1", "link_without_object"),
        ("https://www.youtube.com/watch?v=short", "link_without_object"),
    ],
)
def test_what_is_no_link_of_a_message_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        recognise(text)
    assert refused.value.refusal.code == code


def test_whoever_pasted_a_whole_page_is_told_where_it_began():
    with pytest.raises(Refused) as refused:
        recognise("страница " * 10_000)
    assert refused.value.refusal.params["link"] == f"{'страница ' * 22}с…"


def test_wrappers_in_wrappers_are_opened_but_not_for_ever():
    inner = "https%3A%2F%2Ft.me%2Fsvetlogorye%2F3"
    assert recognise(f"https://vk.com/away.php?to={inner}").canonical_id == "telegram:post:svetlogorye/3"
    endless = "https://vk.com/away.php?to=https://vk.com/away.php?to=" + "https://vk.com/away.php?to=" * 5
    with pytest.raises(Refused):
        recognise(endless)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Смотрите https://vk.com/wall-1_8801?reply=8802, там жалоба.", ["https://vk.com/wall-1_8801?reply=8802"]),
        ("(см. t.me/svetlogorye/345?comment=9005)", ["t.me/svetlogorye/345?comment=9005"]),
        ("Было в vk.com/wall-1_2 и на https://blog.example.ru/a_(b)!",
         ["vk.com/wall-1_2", "https://blog.example.ru/a_(b)"]),
        ("Пишите на почту a@vk.com/x, дом 5/2, 12.05/13.05", []),
    ],
)  # fmt: skip
def test_links_are_found_in_a_text(text, links):
    assert find_links(text) == links


_PIECES = st.sampled_from(
    [*string.ascii_lowercase[:6], *string.digits[:4], *"-_/?=&@.%#+:!()[]*…", "wall-1_2", "photo-1_2", "reply=3", "w=",
     "z=", "v=Abc_DEF-123", "lc=Ug", "/s/", "/c/", "away.php?to=", "%2F", "%D0%B9", "%D0%B8%CC%86", "и\u0306", "%e9",
     "№", "story/_5", "/posts/5", "/status/5", "comment_id=5", "cid=7", "?thread=5", "t.me/ab_c/5", "https://"]
)  # fmt: skip
_SITES = ("blog.example.ru", "petya.livejournal.com", "m.pikabu.ru", "instagram.com", "x.com", "m.facebook.com",
          "clck.ru", "web.archive.org", "google.com", "пример.рф")  # fmt: skip
_TAILS = st.lists(_PIECES, max_size=12).map("".join)


@given(st.sampled_from((*sorted(HOSTS), *_SITES)), _TAILS)
def test_whatever_is_recognised_is_canonical_already(host, tail):
    try:
        found = recognise(f"https://{host}/{tail}")
    except Refused:
        return
    assert recognise(found.canonical_url) == found
    assert found.network in FORMS or found.network == "blog"


@given(st.text(max_size=60))
def test_any_text_is_a_link_or_a_refusal(text):
    try:
        found = recognise(text)
    except Refused as refused:
        found = refused.refusal.code
    assert not isinstance(found, str) or found.startswith("link_")
