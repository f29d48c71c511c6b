"""VK: what is found, how it is paged, what its numbers of errors mean, and answers that go once."""

from datetime import timedelta

import pytest

from app.services.networks import faults
from app.services.networks.adapter import Sought
from app.services.networks.kinds import checked_settings
from app.services.networks.vk import VkAdapter
from tests.helpers.network_server import Reply, case, said
from tests.services.networks.conftest import NOW

ORIGINS = ["https://api.vk.com", "https://lp.vk.com"]
TOKENS = {"service_token": "service-secret", "group_token": "group-secret"}
SEARCH, WALL, COMMENTS = "/method/newsfeed.search", "/method/wall.get", "/method/wall.getComments"
REPLY = "/method/wall.createComment"
COMMENT = "https://vk.com/wall-214000001_8801?reply=8806"


@pytest.fixture
def vk(connect):
    async def make(tokens=TOKENS, **settings):
        return await connect(VkAdapter, ORIGINS, {"group_id": "214000001", **settings}, tokens)

    return make


async def read(adapter, cursor=None):
    cursor = {} if cursor is None else cursor
    return [batch async for batch in adapter.batches(cursor)], cursor


def links(batches):
    return [found.link for batch in batches for found in batch.messages]


async def test_search_reads_page_by_page_and_begins_next_time_where_it_ended(vk, server):
    pages = ("page1_extended", "page_last_no_next_from")
    server.on(SEARCH, *(case("vk_newsfeed_search", page) for page in pages))
    adapter = await vk({"service_token": "s"}, group_id="", phrases=["отопление"])

    batches, cursor = await read(adapter)

    asked = [request.form for request in server.asked(SEARCH)]
    assert [a.get("start_from") for a in asked] == [None, "5_AbCdEfGhIjKl"]
    assert links(batches)[:2] == ["https://vk.com/wall-214000777_15310", "https://vk.com/wall512300102_977"]
    assert batches[0].messages[0].author_name == "Марина Егорова"
    assert batches[0].messages[0].author_link == "https://vk.com/id512300101"
    assert cursor["search"]["отопление"] == 1789999400

    await read(adapter, cursor)
    assert int(server.asked(SEARCH)[-1].form["start_time"]) == 1789999400 - 600


async def test_vk_is_asked_at_the_host_that_it_named(connect, server):
    server.on(SEARCH, case("vk_newsfeed_search", "found_comment_as_reply"))
    told = {"phrases": ["яма"], "api_host": "https://partners.api.vk.ru/"}
    settings = checked_settings("vk", told, 30)
    adapter = await connect(VkAdapter, ["https://partners.api.vk.ru"], settings, {"service_token": "s"})

    batches, _ = await read(adapter)
    assert len(links(batches)) == len(server.asked(SEARCH)) == 1


async def test_a_comment_found_by_search_is_a_comment_in_its_thread(vk, server):
    server.on(SEARCH, case("vk_newsfeed_search", "found_comment_as_reply"))
    batches, _ = await read(await vk({"service_token": "s"}, group_id="", phrases=["яма"]))

    found = batches[0].messages[0]
    assert found.link == "https://vk.com/wall-214000777_15310?reply=15322&thread=15318"
    assert found.post_kind == "comment"
    assert found.key == "vk:comment:-214000777_15310:15322"


async def test_more_than_the_network_gives_is_a_gap(vk, server):
    server.on(SEARCH, case("vk_newsfeed_search", "page1_extended"))
    batches, _ = await read(await vk({"service_token": "s"}, group_id="", phrases=["яма"]))

    assert [gap.reason for batch in batches for gap in batch.gaps] == ["search_too_many"]
    assert len(server.asked(SEARCH)) == 5


async def test_comments_of_changed_posts_with_threads_without_our_own(vk, server):
    server.on(WALL, case("vk_wall_get", "two_posts"))
    server.on(COMMENTS, case("vk_wall_getComments", "top_level_with_threads"))
    adapter = await vk({"service_token": "s"})

    batches, cursor = await read(adapter)

    found = {message.key.rsplit(":", 1)[1]: message for batch in batches for message in batch.messages}
    assert sorted(found) == ["8802", "8803", "8805", "8806"]  # 8804 is ours
    assert found["8803"].link.endswith("?reply=8803&thread=8802")
    assert found["8805"].change == "removed"
    assert [file.link for file in found["8806"].files] == ["https://sun9-1.userapi.com/x.jpg"]
    assert server.asked(COMMENTS)[0].form["preview_length"] == "0"

    await read(adapter, cursor)
    assert len(server.asked(COMMENTS)) == 1, "a post whose number of comments did not change is not read again"


async def test_a_long_thread_is_read_to_its_end(vk, server):
    page = case("vk_wall_getComments", "top_level_with_threads")
    page.body["response"]["items"][0]["thread"] |= {"count": 12, "items": []}
    server.on(WALL, case("vk_wall_get", "two_posts"))
    server.on(COMMENTS, page, case("vk_wall_getComments", "thread_page"))

    batches, _ = await read(await vk({"service_token": "s"}))

    assert "https://vk.com/wall-214000001_8801?reply=8803&thread=8802" in links(batches)
    assert server.asked(COMMENTS)[1].form["comment_id"] == "8802"


async def test_events_tell_new_edited_and_deleted(vk, server):
    server.on("/method/groups.getLongPollServer", case("vk_bots_longpoll", "getLongPollServer"))
    server.on("/whp/214000001", case("vk_bots_longpoll", "updates"), case("vk_bots_longpoll", "timeout_empty"))

    batches, cursor = await read(await vk({"group_token": "g"}))

    told = [(found.key, found.change) for batch in batches for found in batch.messages]
    comment = "vk:comment:-214000001_8801:8806"
    assert told[:4] == [(comment, ""), (comment, "edited"), (comment, "removed"), ("vk:post:-214000001_8820", "")]
    assert cursor["events"]["ts"] == "110"


@pytest.mark.parametrize(("name", "gaps"), [
    ("failed_1_history_lost", ["history_lost"]), ("failed_2_key_expired", []), ("failed_3_info_lost", ["history_lost"]),
])
async def test_lost_events_are_a_gap_and_an_old_key_is_not(vk, server, name, gaps):
    server.on("/method/groups.getLongPollServer", case("vk_bots_longpoll", "getLongPollServer"))
    server.on("/whp/214000001", case("vk_bots_longpoll", name), case("vk_bots_longpoll", "timeout_empty"))
    place = {"server": "https://lp.vk.com/whp/214000001", "key": "OLD", "ts": "90"}
    cursor = {"events": place, "events_at": int((NOW - timedelta(hours=2)).timestamp())}

    batches, cursor = await read(await vk({"group_token": "g"}), cursor)

    found = [gap for batch in batches for gap in batch.gaps]
    assert [gap.reason for gap in found] == gaps
    assert all(gap.since == NOW - timedelta(hours=2) for gap in found)
    assert len(server.asked("/whp/214000001")) == 2


async def test_an_answer_goes_from_the_community_under_its_comment_with_its_key(vk, server):
    server.on(REPLY, case("vk_wall_createComment", "reply_from_group"))
    adapter = await vk()

    placed = await adapter.reply(adapter.target(COMMENT), "Заделаем", "key-1")

    sent = server.asked(REPLY)[0]
    assert placed.link == "https://vk.com/wall-214000001_8801?reply=8810&thread=8806"
    assert sent.form == {
        "owner_id": "-214000001", "post_id": "8801", "from_group": "214000001", "reply_to_comment": "8806",
        "message": "Заделаем", "guid": "key-1", "v": "5.199",
    }  # fmt: skip
    assert sent.headers["authorization"] == "Bearer group-secret"


@pytest.mark.parametrize(("number", "fault", "code"), [
    (9, faults.RetryAfter, "asked_too_often"), (223, faults.RetryAfter, "asked_too_often"),
    (29, faults.Quota, "quota_used"), (5, faults.AuthFailed, "token_refused"),
    (14, faults.HumanNeeded, "captcha"), (3300, faults.HumanNeeded, "captcha"), (15, faults.NoRights, "no_rights"),
    (18, faults.TargetGone, "target_gone"), (211, faults.TargetGone, "target_gone"),
    (30, faults.TargetClosed, "page_closed"), (212, faults.TargetClosed, "comments_closed"),
    (213, faults.TargetClosed, "comments_closed"), (801, faults.TargetClosed, "comments_closed"),
    (222, faults.ContentRejected, "links_forbidden"), (914, faults.ContentRejected, "text_too_long"),
    (27, faults.WrongToken, "token_of_wrong_kind"), (1051, faults.WrongToken, "token_of_wrong_kind"),
    (901, faults.NoRights, "private_messages_closed"), (10, faults.Ambiguous, "outcome_unknown"),
])  # fmt: skip
async def test_every_number_of_an_error_says_what_to_do(vk, server, number, fault, code):
    server.on(REPLY, case("vk_errors", f"error_{number}"))
    adapter = await vk()

    with pytest.raises(faults.Fault) as raised:
        await adapter.reply(adapter.target(COMMENT), "x", "k")

    assert (type(raised.value), raised.value.code) == (fault, code)


async def test_too_many_a_second_is_waited_for_and_sent_once_more(vk, server):
    server.on(REPLY, case("vk_errors", "error_6"), case("vk_wall_createComment", "reply_from_group"))
    adapter = await vk()

    placed = await adapter.reply(adapter.target(COMMENT), "x", "k")

    assert placed.link.endswith("reply=8810&thread=8806")
    assert adapter._c.courier.sleep == [1.0]
    assert [request.form["guid"] for request in server.asked(REPLY)] == ["k", "k"]


@pytest.mark.parametrize("answer", [
    Reply(cut="before"), Reply({"response": {"comment_id": 1}}, cut="middle"), case("vk_errors", "http_502_html"),
    Reply(b'{"response":{"count":'), Reply("<html>Войдите в сеть</html>"), said("ok"),
])
async def test_whatever_breaks_off_while_it_is_sent_leaves_the_outcome_unknown(vk, server, answer):
    server.on(REPLY, answer)
    adapter = await vk()

    with pytest.raises(faults.Ambiguous):
        await adapter.reply(adapter.target(COMMENT), "x", "k")

    assert len(server.asked(REPLY)) == 1, "never a second time"


async def test_a_login_page_while_reading_is_said_so(vk, server):
    server.on(SEARCH, Reply("<!DOCTYPE html><html><body>Вход в сеть</body></html>", 200, {"Content-Type": "text/html"}))

    with pytest.raises(faults.Unreadable) as raised:
        await read(await vk({"service_token": "s"}, phrases=["яма"]))

    assert raised.value.code == "login_page"


async def test_our_answer_is_found_by_reading_back(vk, server):
    page = case("vk_wall_getComments", "top_level_with_threads")
    server.on(COMMENTS, page, case("vk_wall_getComments", "thread_page"))
    adapter = await vk()
    text = "[id512300101|Марина], здравствуйте! Заявка передана в УК."

    there = await adapter.find(adapter.target(COMMENT), Sought(text, NOW - timedelta(hours=3)))

    assert there.link == "https://vk.com/wall-214000001_8801?reply=8804&thread=8802"
    assert await adapter.find(adapter.target(COMMENT), Sought("Другое", NOW - timedelta(hours=3))) is None
    assert await adapter.find(adapter.target(COMMENT), Sought(text, NOW)) is None, "an older one is not this one"


async def test_the_own_page_and_a_private_answer(vk, server):
    server.on("/method/wall.post", said({"response": {"post_id": 77}}))
    server.on("/method/messages.send", case("vk_messages", "send_ok_peer_id"))
    adapter = await vk()

    assert (await adapter.post("Ответ", "k")).link == "https://vk.com/wall-214000001_77"
    target = adapter.target("https://vk.com/gim214000001?sel=512300101")
    await adapter.reply(target, "Ответ", "k")
    await adapter.reply(target, "Ответ", "k")

    sent = server.asked("/method/messages.send")
    assert sent[0].form["random_id"] == sent[1].form["random_id"]


async def test_what_tokens_cannot_do_is_told(vk, server):
    server.on("/method/groups.getTokenPermissions", said({"response": {"mask": 1, "permissions": [{"name": "wall"}]}}))
    server.on("/method/groups.getById", said({"response": {"groups": [{"id": 1, "name": "Администрация"}]}}))

    checked = await (await vk({"group_token": "g"})).test()

    assert checked.name == "Администрация"
    assert checked.cannot == ("search_and_walls", "messages", "manage")
