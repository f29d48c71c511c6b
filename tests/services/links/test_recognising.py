"""Links as people paste them: one canonical form for every copy, and a clear refusal for what is none."""

import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.errors import Refused
from app.services.links import find_links, recognise
from app.services.links.networks import FORMS, HOSTS

CASES = json.loads((Path(__file__).parents[2] / "data" / "links.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["url"])
def test_a_link_is_known_by_its_canonical_form(case):
    found = recognise(case["url"])
    assert (found.network, found.kind, found.canonical_id, found.canonical_url) == (
        case["network"], case["kind"], case["canonical_id"], case["canonical_url"],
    )  # fmt: skip
    assert recognise(found.canonical_url) == found


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


_TAILS = st.text(string.ascii_letters + string.digits + "-_/?=&@.%#+:", max_size=40)


@given(st.sampled_from(sorted(HOSTS)), _TAILS)
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
