"""An answer read back: ours however the network shows it, and no other one of ours in its stead."""

from datetime import datetime, timedelta

import pytest

from app.services.networks.adapter import Sought, same_text
from app.services.networks.max import MaxAdapter, link_of
from app.services.networks.ok import OkAdapter
from app.services.networks.vk import VkAdapter
from app.services.networks.youtube import YoutubeAdapter
from tests.helpers.network_server import said
from tests.services.networks.conftest import NOW

TEXT, SENT = "Передано дорожникам. Срок — пятница.", int(NOW.timestamp())
COMMENTS = "/method/wall.getComments"


@pytest.mark.parametrize(("ours", "theirs"), [
    ("Здравствуйте,\u00a0Пётр!\r\n\r\n\tСрок: 5\u202fдней.  ", "Здравствуйте, Пётр!\n\nСрок: 5 дней."),
    ("Работы <5 м> & «вывоз»", "Работы &lt;5 м&gt; &amp; «вывоз»"),
    ("@durov, ответ ниже", "[id1|@durov], ответ ниже"),
    ("@id5 (Пётр), ответ ниже", "[id5|Пётр], ответ ниже"),
    ("Наи\u0306ден", "На\u0439ден"),
    ("Семья 👨\u200d👩\u200d👧 и ❤\ufe0f", "Семья 👨👩👧 и ❤"),
    ("мягкий\u00adперенос\u200b", "мягкийперенос"),
])  # fmt: skip
def test_a_text_is_the_same_however_a_network_shows_it(ours, theirs):
    assert same_text(theirs, ours)


@pytest.mark.parametrize(("ours", "theirs"), [
    ("Срок — 5 дней", "Срок — 6 дней"), ("Здравствуйте!", "Здравствуйте! Да"), ("не вывезут", "вывезут"),
    ("[id5|Пётр], ответ", "[id5|Иван], ответ"), ("👍🏽", "👎🏽"), ("", "."),
])  # fmt: skip
def test_another_text_is_another(ours, theirs):
    assert not same_text(theirs, ours)


def comment(number, answers=None, text=TEXT, date=SENT):
    more = {"reply_to_comment": answers} if answers else {}
    return {"id": number, "from_id": -214000001, "date": date, "text": text, "parents_stack": [8802], **more}


@pytest.fixture
def vk(connect):
    async def make():
        settings, tokens = {"group_id": "214000001", "phrases": ()}, {"group_token": "g", "service_token": "s"}
        return await connect(VkAdapter, ["https://api.vk.com"], settings, tokens)

    return make


def page(*items):
    return said({"response": {"count": len(items), "items": list(items)}})


async def test_the_same_words_to_another_comment_of_the_post_are_another_answer(vk, server):
    server.on(COMMENTS, page(comment(8810, 8803)))
    adapter = await vk()
    target = {"owner": -214000001, "post": 8801, "comment": 8802}

    assert await adapter.find(target, Sought(TEXT, NOW)) is None
    server.on(COMMENTS, page(comment(8810, 8803), comment(8811, 8802)))
    assert (await adapter.find(target, Sought(TEXT, NOW))).link.endswith("reply=8811&thread=8802")


async def test_an_answer_known_to_be_another_is_not_taken_for_this_one(vk, server):
    server.on(COMMENTS, page(comment(8810), comment(8811)))
    adapter = await vk()
    target = {"owner": -214000001, "post": 8801, "comment": 8802}
    first = await adapter.find(target, Sought(TEXT, NOW))

    second = await adapter.find(target, Sought(TEXT, NOW, others=frozenset([first.link])))

    assert [there.link.partition("?")[2] for there in (first, second)] == [
        "reply=8810&thread=8802", "reply=8811&thread=8802",
    ]  # fmt: skip


async def test_a_private_answer_is_known_by_its_number(vk, server):
    message = {"id": 1, "out": 1, "date": SENT, "text": TEXT, "random_id": 5}
    server.on("/method/messages.getHistory", page(message))
    adapter = await vk()

    assert await adapter.find({"peer": 3}, Sought(TEXT, NOW, "key")) is None
    server.on("/method/messages.getHistory", page(message | {"random_id": 0}))
    assert await adapter.find({"peer": 3}, Sought(TEXT, NOW, "key")) is not None


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_network_whose_clock_is_wrong_is_judged_by_its_own(vk, server, hours):
    """Behind, our answer would seem to be older than it was sent; ahead, one of the morning would seem to be this."""
    skew = timedelta(hours=hours)
    server.date = datetime.now(NOW.tzinfo) + skew
    there = int((NOW + skew).timestamp())
    server.on(COMMENTS, page(comment(8810, text=TEXT, date=there)))
    adapter, target = await vk(), {"owner": -214000001, "post": 8801, "comment": 8802}

    assert await adapter.find(target, Sought(TEXT, NOW)) is not None
    server.on(COMMENTS, page(comment(8810, date=there - 3600)))
    assert await adapter.find(target, Sought(TEXT, NOW)) is None


async def test_a_long_thread_of_youtube_is_read_to_its_end(connect, server):
    adapter = await connect(YoutubeAdapter, ["https://www.googleapis.com"], {"channel_id": "UC1"}, {"api_key": "K"})
    ours = {"authorChannelId": {"value": "UC1"}, "publishedAt": NOW.isoformat(), "textDisplay": TEXT}
    answers = [{"items": [], "nextPageToken": "2"}, {"items": [{"id": "p.9", "snippet": ours}]}]
    server.on("/youtube/v3/comments", *map(said, answers))

    there = await adapter.find({"parent": "p", "video": "v"}, Sought(TEXT, NOW))

    assert there.link == "https://www.youtube.com/watch?v=v&lc=p.9"


async def test_in_max_an_answer_names_what_it_answers(connect, server):
    adapter = await connect(MaxAdapter, ["https://platform-api2.max.ru"], {}, {"bot_token": "T"})

    def answer(mid, seq):
        body = {"mid": f"m{seq}", "seq": seq, "text": TEXT}
        return {"sender": {"is_bot": True}, "timestamp": SENT * 1000, "recipient": {"chat_id": -7}, "body": body,
                "link": {"type": "reply", "message": {"mid": mid}}}  # fmt: skip

    server.on("/messages", said({"messages": [answer("theirs", 5), answer("other", 6)]}))

    there = await adapter.find({"chat": -7, "message": "other"}, Sought(TEXT, NOW))

    assert there.link == link_of(-7, 6)


async def test_in_ok_an_answer_names_the_comment(connect, server):
    tokens = {"access_token": "T", "application_secret": "S", "bot_token": "B"}
    adapter = await connect(OkAdapter, ["https://api.ok.ru"], {"group_id": "7"}, tokens)
    ours = {"id": "2", "author_ref": "group:7", "text": TEXT, "created_ms": SENT * 1000, "reply_to_comment_id": "1"}
    server.on("/fb.do", said({"comments": [ours]}))
    target = {"discussion": "3", "kind": "GROUP_TOPIC", "comment": "1", "link": "https://ok.ru/group/7/topic/3"}

    assert await adapter.find(target, Sought(TEXT, NOW)) is not None
    assert await adapter.find({**target, "comment": "9"}, Sought(TEXT, NOW)) is None
