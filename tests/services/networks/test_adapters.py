"""Telegram, YouTube, OK, MAX and feeds: what their documented answers become, and what answers to them send."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from app.regulation.errors import Refused
from app.services.networks import faults
from app.services.networks.adapter import Enclosure
from app.services.networks.feeds import FeedAdapter, russian_moment
from app.services.networks.kinds import checked_settings
from app.services.networks.max import MaxAdapter, link_of, seq_of
from app.services.networks.ok import OkAdapter, signature
from app.services.networks.telegram import TelegramAdapter
from app.services.networks.youtube import YoutubeAdapter
from tests.helpers.network_server import DATA, Reply, case, said
from tests.services.networks.conftest import NOW

TELEGRAM, UPDATES, SEND = ["https://api.telegram.org"], "/botTOKEN/getUpdates", "/botTOKEN/sendMessage"
COMMENT = "https://t.me/svetlogorye_official/345?comment=9005"


async def read(adapter, cursor=None):
    cursor = {} if cursor is None else cursor
    return [batch async for batch in adapter.batches(cursor)], cursor


def messages(batches):
    return [found for batch in batches for found in batch.messages]


# ----- Telegram


@pytest.fixture
def telegram(connect):
    async def make(**settings):
        return await connect(TelegramAdapter, TELEGRAM, settings, {"bot_token": "TOKEN"})

    return make


async def test_comments_of_a_channel_stand_under_its_post(telegram, server):
    server.on(UPDATES, case("telegram_getUpdates", "first_batch"))

    batches, cursor = await read(await telegram())

    found = messages(batches)
    assert [(m.link, m.change) for m in found] == [
        (COMMENT, ""),
        ("https://t.me/svetlogorye_official/345?comment=9006", ""),
        (COMMENT, "edited"),
        ("https://t.me/svetlogorye_official/345?comment=9007", ""),  # a stranger's channel
        ("https://t.me/svetlogorye_chat/9010", ""),
    ]  # neither the channel's own post nor /start
    assert (found[0].author_name, found[0].author_link) == ("Марина Егорова", "https://t.me/m_egorova")
    assert found[4].text == "Яма на Заречной, 5"
    assert [file.media_type for file in found[4].files] == ["image/jpeg"]
    assert cursor["offset"] == 870000009


async def test_a_jump_in_the_numbers_is_a_gap_and_being_put_out_a_warning(telegram, server):
    server.on(UPDATES, case("telegram_getUpdates", "gap_and_kick"))
    cursor = {"offset": 870000009, "at": int((NOW - timedelta(hours=1)).timestamp())}

    batches, _ = await read(await telegram(), cursor)

    assert [(g.reason, g.since) for g in batches[0].gaps] == [("updates_skipped", NOW - timedelta(hours=1))]
    assert batches[0].warnings == ("put_out",)


async def test_longer_away_than_updates_are_kept_is_a_gap(telegram, server):
    server.on(UPDATES, case("telegram_getUpdates", "empty_timeout"))
    cursor = {"offset": 5, "at": int((NOW - timedelta(hours=30)).timestamp())}

    batches, _ = await read(await telegram(), cursor)

    gap = batches[0].gaps[0]
    assert (gap.reason, gap.since, gap.until) == ("away_too_long", NOW - timedelta(hours=30), NOW - timedelta(hours=24))


@pytest.mark.parametrize(("file", "name", "fault", "code"), [
    ("telegram_getUpdates", "conflict_409", faults.HumanNeeded, "another_reader"),
    ("telegram_getUpdates", "webhook_active_409", faults.HumanNeeded, "webhook_active"),
    ("telegram_getUpdates", "unauthorized_401", faults.AuthFailed, "token_refused"),
    ("telegram_getUpdates", "not_found_404_bad_token", faults.AuthFailed, "token_refused"),
    ("telegram_sendMessage", "reply_target_missing_400", faults.TargetGone, "target_gone"),
    ("telegram_sendMessage", "chat_not_found_400", faults.TargetGone, "chat_gone"),
    ("telegram_sendMessage", "too_long_400", faults.ContentRejected, "text_too_long"),
    ("telegram_sendMessage", "bad_entities_400", faults.ContentRejected, "text_rejected"),
    ("telegram_sendMessage", "flood_429", faults.RetryAfter, "asked_too_often"),
])  # fmt: skip
async def test_what_telegram_refuses(telegram, server, file, name, fault, code):
    server.on(SEND, case(file, name))
    adapter = await telegram()

    with pytest.raises(faults.Fault) as raised:
        await adapter.reply({"chat": 1, "message": 2}, "x", "k")

    assert (type(raised.value), raised.value.code) == (fault, code)
    if fault is faults.RetryAfter:
        assert raised.value.seconds == 17
        assert adapter._c.courier.meter.blocked == [17]


async def test_an_answer_to_a_comment_finds_the_group_by_the_link_alone(telegram, server):
    server.on("/botTOKEN/getChat", case("telegram_getChat", "channel_with_discussion"))
    server.on(SEND, case("telegram_sendMessage", "reply_ok"))
    adapter = await telegram()

    placed = await adapter.reply(adapter.target(COMMENT), "Марина, здравствуйте!", "k")

    sent = server.asked(SEND)[0].json
    assert sent["chat_id"] == -1001500000002
    assert sent["reply_parameters"] == {"message_id": 9005, "allow_sending_without_reply": False}
    assert placed.link == "https://t.me/svetlogorye_official/345?comment=9020"


async def test_files_go_with_the_answer_as_one(telegram, server):
    photo, video = Enclosure("яма.png", "image/png", b"PNG"), Enclosure("b.mp4", "video/mp4", b"MP4")
    sent = case("telegram_sendMessage", "reply_ok")
    server.on("/botTOKEN/sendPhoto", sent)
    server.on("/botTOKEN/sendMediaGroup", said({"ok": True, "result": [sent.body["result"], sent.body["result"]]}))
    adapter = await telegram(channel="@a")

    placed = await adapter.reply_with({"chat": 5, "message": 7}, "Засыпали.", "k", [photo])
    form = server.asked("/botTOKEN/sendPhoto")[0].body
    assert placed.at is not None
    for part in ("Засыпали.".encode(), b'name="caption"', b'name="photo"', b"PNG", b'"message_id": 7'):
        assert part in form

    await adapter.post_with("Засыпали.", "k", [photo, video])
    form = server.asked("/botTOKEN/sendMediaGroup")[0].body
    for part in (b'"media": "attach://file1"', b'name="file0"', b'name="file1"', b"MP4", b'"type": "video"'):
        assert part in form
    media = form.split(b'name="media"')[1].split(b"--")[0].strip()
    assert [entry.get("caption") for entry in json.loads(media)] == ["Засыпали.", None]


async def test_a_group_that_moved_is_answered_where_it_is_now(telegram, server):
    server.on(SEND, case("telegram_sendMessage", "migrated_400"), case("telegram_sendMessage", "reply_ok"))

    await (await telegram()).reply({"chat": -4000000001, "message": 1, "link": ""}, "x", "k")

    assert [request.json["chat_id"] for request in server.asked(SEND)] == [-4000000001, -1001500000002]


# ----- YouTube

GOOGLE = ["https://www.googleapis.com", "https://oauth2.googleapis.com"]
THREADS, REPLIES = "/youtube/v3/commentThreads", "/youtube/v3/comments"
OWNER = {"api_key": "K", "client_id": "i", "client_secret": "s", "refresh_token": "r"}


@pytest.fixture
def youtube(connect):
    async def make(secrets=OWNER):
        return await connect(YoutubeAdapter, GOOGLE, {"channel_id": "UCuser00000000000000000DM"}, secrets)

    return make


async def test_threads_are_paged_and_whole_threads_are_read(youtube, server):
    server.on(THREADS, case("youtube_comments", "threads_page1"), case("youtube_comments", "threads_page2_last"))
    server.on(REPLIES, case("youtube_comments", "replies"))
    adapter = await youtube({"api_key": "K"})

    batches, cursor = await read(adapter, {"latest": "2026-09-20T00:00:00+00:00"})

    found = messages(batches)
    assert [m.author_name for m in found][:2] == ["@marina_e", "@petr_l"]  # our own @svet_adm is no message
    assert found[1].link.endswith("&lc=UgxAAAAAAAAAAAAAAAx4AaABAg.9abcDEFghi1")
    assert found[1].target == {"parent": "UgxAAAAAAAAAAAAAAAx4AaABAg", "video": "Abc_DEF-123"}
    assert server.asked(THREADS)[1].query["pageToken"] == "Z2V0X25ld2VzdF9maXJzdA"
    assert cursor["latest"] >= "2026-09-22T10:00:00"

    await read(adapter, cursor)
    assert len(server.asked(REPLIES)) == 1, "a thread without new answers costs nothing"


async def test_an_answer_goes_under_the_first_comment_as_the_owner(youtube, server):
    server.on("/token", said({"access_token": "HOUR", "expires_in": 3600}))
    server.on(REPLIES, case("youtube_comments", "insert_reply_ok"))
    adapter = await youtube()
    link = "https://www.youtube.com/watch?v=Abc_DEF-123&lc=UgxAAAAAAAAAAAAAAAx4AaABAg.9abcDEFghi1"

    placed = await adapter.reply(adapter.target(link), "Марина, запуск до 1 октября.", "k")

    sent = server.asked(REPLIES)[0]
    assert sent.json["snippet"]["parentId"] == "UgxAAAAAAAAAAAAAAAx4AaABAg"
    assert sent.headers["authorization"] == "Bearer HOUR"
    assert placed.link.endswith("lc=UgxAAAAAAAAAAAAAAAx4AaABAg.9abcDEFghi3")
    assert [limit.cost for limit in adapter._c.courier.meter.taken if limit.bucket == "units"] == [50]


@pytest.mark.parametrize(("name", "fault", "code"), [
    ("insert_reply_not_supported", faults.TargetClosed, "comments_closed"),
    ("insert_too_long", faults.ContentRejected, "text_too_long"),
    ("insert_parent_private", faults.TargetClosed, "page_closed"),
    ("invalid_credentials", faults.AuthFailed, "token_refused"),
    ("comments_disabled", faults.TargetClosed, "comments_closed"),
    ("video_not_found", faults.TargetGone, "target_gone"),
    ("quota_exceeded", faults.Quota, "quota_used"), ("rate_limited", faults.RetryAfter, "asked_too_often"),
])  # fmt: skip
async def test_what_youtube_refuses(youtube, server, name, fault, code):
    server.on("/token", said({"access_token": "HOUR"}))
    server.on(REPLIES, case("youtube_comments", name))

    with pytest.raises(faults.Fault) as raised:
        await (await youtube()).reply({"parent": "p", "video": "v"}, "x", "k")

    assert (type(raised.value), raised.value.code) == (fault, code)
    if fault is faults.Quota:
        assert raised.value.until == datetime(2026, 9, 22, 7, tzinfo=UTC), "midnight of the Pacific"


# ----- OK


@pytest.fixture
def ok(connect):
    async def make(secrets=None, **settings):
        secrets = secrets or {"access_token": "T", "application_secret": "S", "bot_token": "B"}
        known = {"group_id": "53038939046008", "application_key": "CBAKEY", **settings}
        return await connect(OkAdapter, ["https://api.ok.ru"], known, secrets)

    return make


async def test_discussions_are_read_from_their_anchor_on_by_signed_calls(ok, server):
    pages = [case("ok_discussions", name) for name in ("getComments_page1", "getComments_page2_last_legacy_date")]
    empty = case("ok_discussions", "getComments_empty_no_anchor")
    server.on("/fb.do", case("ok_discussions", "getList_group"), *pages, empty)

    batches, cursor = await read(await ok({"access_token": "T", "application_secret": "S"}))

    found = messages(batches)
    assert [m.author_name for m in found] == ["Марина Егорова", "Пётр Лыков", "Анна С."]
    assert found[0].link == "https://ok.ru/group/53038939046008/topic/64607766975788"
    assert found[2].posted_at == datetime(2026, 9, 21, 13, 31, 2, tzinfo=UTC), "Moscow time"
    assert len({m.key for m in found}) == 3, "comments of one topic share its link, not their key"
    assert server.requests[2].form["anchor"] == "LTE2OTAwMDAwMDA6"
    form = server.requests[1].form
    plain = {name: value for name, value in form.items() if name not in ("sig", "access_token")}
    assert form["sig"] == signature(plain, "T", "S")
    assert cursor["anchors"]["64607766975788"] == "LTE2OTAwMDAwMDB6"


def test_the_signature_is_the_documented_one():
    # md5 of "application_key=CBAformat=jsonmethod=users.getCurrentUser" and md5("TS")
    form = {"method": "users.getCurrentUser", "application_key": "CBA", "format": "json"}

    assert signature(form, "T", "S") == "27707b66668c6bd05b78072f356e11c0"


async def test_private_messages_are_polled(ok, server):
    server.on("/graph/me/chats", case("ok_graph_messages", "chats"))
    server.on("/graph/me/messages/chat:C3ecb9d02a600", case("ok_graph_messages", "messages"))

    batches, cursor = await read(await ok({"bot_token": "B"}))

    found = messages(batches)
    assert [m.text for m in found] == ["Куда звонить по отоплению?", ""]
    assert found[1].files[0].link == "https://i.okcdn.ru/i2.jpg"
    await read(await ok({"bot_token": "B"}), cursor)
    assert len(server.asked("/graph/me/messages/chat:C3ecb9d02a600")) == 1


async def test_a_comment_is_answered_only_where_that_was_tried(ok, server):
    server.on("/fb.do", case("ok_discussions", "addDiscussionComment_as_admin"))
    target = {"discussion": "64607766975788", "kind": "GROUP_TOPIC", "comment": "c", "link": "https://ok.ru/x"}

    with pytest.raises(faults.NoRights) as raised:
        await (await ok()).reply(target, "x", "k")
    assert raised.value.code == "answers_not_tried"
    assert server.requests == []

    assert (await (await ok(comments_tried=True)).reply(target, "x", "k")).link == "https://ok.ru/x"


async def test_a_topic_of_the_group_is_answered_with_a_bare_number(ok, server):
    server.on("/fb.do", case("ok_discussions", "mediatopic_post_ok"))

    placed = await (await ok()).post("Ответ жителям", "k")

    assert placed.link == "https://ok.ru/group/53038939046008/topic/64607766976001"


@pytest.mark.parametrize(("name", "fault"), [
    ("session_expired_102", faults.AuthFailed), ("permission_10", faults.NoRights), ("limit_11", faults.RetryAfter),
    ("flood_8", faults.RetryAfter), ("bad_sig_104", faults.AuthFailed), ("entity_106", faults.TargetGone),
    ("censor_454", faults.ContentRejected), ("group_restriction_456", faults.TargetClosed),
    ("comment_removed_702", faults.TargetGone), ("add_discussion_method_missing_3", faults.NoRights),
])  # fmt: skip
async def test_what_ok_refuses(ok, server, name, fault):
    server.on("/fb.do", case("ok_discussions", name))

    with pytest.raises(fault):
        await (await ok()).post("x", "k")


# ----- MAX


@pytest.fixture
def max_bot(connect):
    async def make():
        return await connect(MaxAdapter, ["https://platform-api2.max.ru"], {}, {"bot_token": "T"})

    return make


async def test_max_tells_new_and_removed_and_is_answered(max_bot, server):
    server.on("/updates", case("max_bot", "updates"))
    server.on("/messages", case("max_bot", "send_reply"))
    adapter = await max_bot()

    batches, cursor = await read(adapter)

    found = messages(batches)
    assert [(m.key, m.change) for m in found] == [
        ("max:message:mid.ffffc0560000000001", ""), ("max:message:mid.ffffc0560000000000", "removed")
    ]  # fmt: skip
    assert (cursor["marker"], batches[0].warnings) == (1004, ("put_out",))
    placed = await adapter.reply(found[0].target, "Вывоз завтра до 12:00.", "k")
    sent = server.asked("/messages")[0]
    assert (sent.query["chat_id"], sent.json["link"]["mid"]) == ("-70000000000001", "mid.ffffc0560000000001")
    assert placed.link == link_of(-70000000000001, 115000000000000002)


async def test_max_may_be_asked_at_another_host_of_its_own_and_at_no_other(connect, server):
    server.on("/me", said({"name": "Бот"}))
    settings = checked_settings("max", {"api_host": "https://platform-api.max.ru/"}, 5)

    adapter = await connect(MaxAdapter, ["https://platform-api.max.ru"], settings, {"bot_token": "T"})

    assert (await adapter.test()).name == "Бот"
    for host in ("evil.example", "platform-api2.max.ru.evil.example", ".oneme.ru"):
        with pytest.raises(Refused) as refused:
            checked_settings("max", {"api_host": host}, 5)
        assert refused.value.refusal.code == "connector_host_unknown"


def test_the_number_in_a_link_of_max_is_read_back():
    code = urlsplit(link_of(-1, 115000000000000001)).path.rsplit("/", 1)[1]

    assert seq_of(code) == 115000000000000001


@pytest.mark.parametrize(("name", "fault"), [
    ("rate_429", faults.RetryAfter), ("not_found_404", faults.TargetGone), ("denied_403", faults.NoRights),
    ("verify_token_401", faults.AuthFailed),
])  # fmt: skip
async def test_what_max_refuses(max_bot, server, name, fault):
    server.on("/messages", case("max_bot", name))

    with pytest.raises(fault):
        await (await max_bot()).reply({"chat": 1, "message": "m"}, "x", "k")


# ----- feeds


@pytest.fixture
def feed(connect, server):
    async def make(name=None, *answers):
        url = "https://blog.example.ru/feed/"
        if name:
            server.on("/feed/", Reply((DATA / name).read_bytes(), 200, {"ETag": '"1"', "Content-Type": "text/xml"}))
        return await connect(FeedAdapter, ["https://blog.example.ru"], {"url": url}, {})

    return make


async def test_comments_of_a_blog(feed):
    batches, cursor = await read(await feed("rss2_wordpress_comments.xml"))

    found = messages(batches)
    assert found[0].link == "https://blog.example.ru/2026/09/dorogi/#comment-412"
    assert found[0].text == "Когда заделают яму на Заречной, 5? & почему нет света"
    assert (found[0].post_kind, found[0].author_name) == ("comment", "Марина")
    assert found[0].posted_at == datetime(2026, 9, 21, 12, 40, tzinfo=UTC)

    again, _ = await read(await feed("rss2_wordpress_comments.xml"), cursor)
    assert messages(again) == []


async def test_a_broken_feed_in_cp1251_with_russian_dates_is_saved(feed):
    batches, _ = await read(await feed("feed_cp1251_broken.xml"))

    found = messages(batches)[0]
    assert found.text == "Мусор & грязь во дворе\nНе вывозят мусор"
    assert found.posted_at == datetime(2026, 9, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(("name", "link"), [
    ("atom_blog.xml", "https://blog2.example.ru/posts/9"),
    ("youtube_channel_feed.xml", "https://www.youtube.com/watch?v=Abc_DEF-123"),
])
async def test_atom_and_videos(feed, name, link):
    batches, _ = await read(await feed(name))

    assert messages(batches)[0].link == link


async def test_a_feed_is_not_read_again_where_it_did_not_change(feed, server):
    adapter = await feed()
    server.on("/feed/", Reply(b"", 304))

    batches, _ = await read(adapter, {"etag": '"1"', "seen": ["x"]})

    assert messages(batches) == []
    assert server.requests[0].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize(("body", "code"), [
    ("<!DOCTYPE html><html><body>Вход</body></html>", "login_page"), ("просто слова", "no_feed"),
    ("/etc/hostname", "no_feed"), ("https://blog.example.ru/other", "no_feed"),
])  # fmt: skip
async def test_what_is_no_feed_is_said_so(feed, server, body, code):
    adapter = await feed()
    server.on("/feed/", Reply(body))

    with pytest.raises(faults.Unreadable) as raised:
        await read(adapter)

    assert raised.value.code == code
    assert len(server.requests) == 1


async def test_a_link_to_this_computer_is_left_out_and_the_message_stays(feed, server):
    adapter = await feed()
    item = "<item><title>Яма</title><link>http://127.0.0.1/admin</link><description>У дома</description></item>"
    server.on("/feed/", Reply(f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'))

    batches, _ = await read(adapter)

    assert [(m.text, m.link) for m in messages(batches)] == [("Яма\nУ дома", "")]
    assert batches[0].warnings == ("link_left_out",)


async def test_a_feed_full_of_new_entries_may_have_run_over(feed):
    batches, _ = await read(await feed("rss2_wordpress_comments.xml"), {"seen": ["blog:comment:old"]})

    assert [gap.reason for gap in batches[0].gaps] == ["feed_ran_over"]


@pytest.mark.parametrize(("text", "hour"), [
    ("Пн, 21 сен 2026 15:00:00 +0300", 12), ("5 мая 2026 10:30", 7), ("31 фев 2026 10:00", None), ("вчера", None),
])
def test_dates_in_russian(text, hour):
    moment = russian_moment(text)

    assert (moment.hour if moment else None) == hour
