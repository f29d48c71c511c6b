"""The outbox: what goes out is what was approved, once, by the ladder; what is not known is looked for first."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.models import Dispatch, Rendering
from app.regulation.errors import Refused
from app.regulation.workflow import Act, DraftKind, State
from app.services import attachments, casework
from app.services.incoming import Incoming
from app.services.networks.connectors import Connector
from app.services.networks.max import seq_of
from app.services.outbox import sending
from app.services.outbox.enclosing import left_to_hand
from app.services.outbox.ordering import Order, cancel, order, send_again, ways
from app.services.outbox.reading import text_to_place
from app.services.outbox.sending import publish_due
from app.services.publishing import PublicationRecord, publish
from app.services.registering import enter
from app.services.verifying import verify
from tests.helpers.connected import connection
from tests.helpers.network_server import Reply, case, said

REPLY, COMMENTS, POST = "/method/wall.createComment", "/method/wall.getComments", "/method/wall.post"
LINK = "https://vk.com/wall-214000001_8801?reply=8806"
ANSWER = "Здравствуйте! Ямочный ремонт на ул. Заречной — до 30 ноября.\nСледим."


async def approved(desk, networks, link=LINK, source="vk", answer=ANSWER, files=(), **more):
    """A message whose answer is approved, in a region that is connected; gives case and message ids."""
    if source in ("vk", "telegram", "ok"):
        await connection(desk.admin, networks, source, group_id="214000001")
    facts = {"author_name": "Пётр Лыков", "author_link": "https://vk.com/id512300102"} | more
    case_id = await enter(desk.curator, Incoming("Яма на Заречной", source, link=link, **facts))
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, answer, files=files)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    desk.clock.move(minutes=1)
    return case_id, (await desk.card(case_id)).messages[0].id


async def dispatches(desk):
    async with desk.database.read() as read:
        return (await read.execute(select(Dispatch).order_by(Dispatch.id))).all()


async def entries(desk, uuid):
    async with desk.database.read() as read:
        query = text("SELECT entry FROM journal WHERE subject = :uuid ORDER BY seq")
        return list((await read.execute(query, {"uuid": uuid})).scalars())


def answered(comment=8810):
    return said({"response": {"comment_id": comment, "parents_stack": [8806]}})


async def test_an_approved_answer_goes_out_and_ends_in_the_act_with_its_link(desk, server, networks):
    server.on(REPLY, answered())
    case_id, message = await approved(desk, networks)

    await order(desk.executor, case_id, [Order(message)])
    report = await publish_due(desk.curator, networks)

    assert (report.sent, report.recorded, report.failed) == (1, 1, 0)
    assert server.asked(REPLY)[0].form["message"] == ANSWER, "byte for byte"
    card = await desk.card(case_id)
    assert card.state is State.ANSWERED
    publication = card.publications[0]
    assert publication.link == "https://vk.com/wall-214000001_8801?reply=8810&thread=8806"
    assert publication.same_page
    last = card.history[-1]
    assert (last.act, last.actor) == (Act.PUBLISH, "Панов"), "in the name of who ordered it"
    row = (await dispatches(desk))[0]
    assert row.state == "done"
    assert await entries(desk, row.uuid) == ["answer_ordered", "answer_sending", "answer_sent", "answer_recorded"]
    assert (await verify(desk.database)).findings == []

    await publish_due(desk.curator, networks)
    assert len(server.asked(REPLY)) == 1


async def test_nothing_goes_out_that_differs_by_a_byte_from_what_was_approved(desk, server, networks):
    server.on(REPLY, answered())
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])
    async with desk.database.write() as write:
        await write.execute(text("UPDATE approval SET approved_text = approved_text || ' '"))

    report = await publish_due(desk.curator, networks)

    row = (await dispatches(desk))[0]
    assert (report.sent, row.state, row.fault) == (0, "failed", "approved_text_changed")
    assert server.requests == []
    with pytest.raises(Refused) as raised:
        await order(desk.executor, case_id, [Order(message)])
    assert raised.value.refusal.code == "approved_text_changed"


async def test_an_order_of_other_words_than_those_approved_is_not_sent(desk, server, networks):
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])
    async with desk.database.write() as write:
        await write.execute(text("UPDATE dispatch SET digest = 'of other words'"))

    await publish_due(desk.curator, networks)

    [row] = await dispatches(desk)
    assert (row.state, row.fault) == ("failed", "approved_text_changed")
    assert server.requests == []


async def test_of_two_workers_one_has_the_attempt(desk, networks):
    case_id, message = await approved(desk, networks)
    [dispatch_id] = await order(desk.executor, case_id, [Order(message)])

    attempts = await asyncio.gather(*(sending._claim(desk.curator, dispatch_id) for _ in range(2)))

    assert [attempt is None for attempt in attempts].count(True) == 1
    assert [row.attempts for row in await dispatches(desk)] == [1]


async def test_a_digest_forged_together_with_the_text_is_found_by_the_history(desk, server, networks):
    case_id, message = await approved(desk, networks)
    async with desk.database.write() as write:
        await write.execute(text("UPDATE rendering SET text = 'Другое', digest = 'forged'"))

    with pytest.raises(Refused) as raised:
        await order(desk.executor, case_id, [Order(message, rung="own_page")])

    assert raised.value.refusal.code == "approved_text_changed"


@pytest.mark.parametrize("state", ["routed", "submitted", "reworked"])
async def test_nothing_is_ordered_before_it_is_approved(desk, networks, state):
    await connection(desk.admin, networks, "vk", group_id="214000001")
    case_id = await enter(desk.curator, Incoming("Яма", "vk", link=LINK))
    message = (await desk.card(case_id)).messages[0].id
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    if state != "routed":
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, ANSWER)
    if state == "reworked":
        await desk.act(casework.send_to_rework, desk.curator, case_id, DraftKind.ANSWER, "Срок?")

    with pytest.raises(Refused) as raised:
        await order(desk.executor, case_id, [Order(message)])
    assert raised.value.refusal.code == "act_not_in_state"


async def test_only_who_may_publish_may_order_it(desk, networks):
    case_id, message = await approved(desk, networks)

    for stranger in (desk.lgov, desk.wall, desk.chief):
        with pytest.raises(Refused):
            await order(stranger, case_id, [Order(message)])


@pytest.mark.parametrize("broken", [Reply({"response": 1}, cut="middle"), said({"response": {}})])
async def test_a_post_cut_off_is_looked_for_and_not_sent_again(desk, server, networks, broken):
    page = case("vk_wall_getComments", "top_level_with_threads")
    ours = {"id": 8811, "from_id": -214000001, "date": 0, "text": ANSWER, "post_id": 8801, "parents_stack": [8806]}
    server.on(REPLY, broken)
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])

    assert (await publish_due(desk.curator, networks)).check == 1
    assert (await dispatches(desk))[0].state == "check"
    assert (await publish_due(desk.curator, networks)).sent == 0, "not even looked for at once"

    desk.clock.move(seconds=40)
    ours["date"] = int(desk.clock.now().timestamp())
    page.body["response"]["items"].append(ours)
    server.on(COMMENTS, page, case("vk_wall_getComments", "thread_page"))
    report = await publish_due(desk.curator, networks)

    assert (report.sent, report.recorded) == (1, 1)
    assert len(server.asked(REPLY)) == 1
    assert (await desk.card(case_id)).publications[0].link.endswith("reply=8811&thread=8806")


async def test_what_is_surely_not_there_goes_again_with_the_same_key_where_the_network_knows_it(desk, server, networks):
    server.on(REPLY, Reply(cut="before"), answered())
    page, thread = case("vk_wall_getComments", "top_level_with_threads"), case("vk_wall_getComments", "thread_page")
    server.on(COMMENTS, page, thread, page, thread, page, thread)
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])

    for _ in range(5):
        await publish_due(desk.curator, networks)
        desk.clock.move(minutes=11)

    assert len(server.asked(COMMENTS)) == 6, "looked for three times first"
    keys = [request.form["guid"] for request in server.asked(REPLY)]
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert (await desk.card(case_id)).state is State.ANSWERED


async def test_where_a_network_cannot_be_read_back_a_person_decides(desk, server, networks):
    server.on("/botTOKEN/getChat", case("telegram_getChat", "channel_with_discussion"))
    server.on("/botTOKEN/sendMessage", Reply(cut="before"), case("telegram_sendMessage", "reply_ok"))
    link = "https://t.me/svetlogorye_official/345?comment=9005"
    case_id, message = await approved(desk, networks, link, "telegram")
    await order(desk.executor, case_id, [Order(message)])
    for _ in range(4):
        await publish_due(desk.curator, networks)
        desk.clock.move(hours=1)
    row = (await dispatches(desk))[0]
    assert (row.state, row.fault) == ("check", "not_read_back")
    assert len(server.asked("/botTOKEN/sendMessage")) == 1

    await send_again(desk.executor, row.id)  # they looked: it is not there
    await publish_due(desk.curator, networks)

    assert (await dispatches(desk))[0].state == "done"
    assert "answer_again" in await entries(desk, row.uuid)


def picture(tmp_path, name="яма.png", data=b"\x89PNG\r\n\x1a\n" + b"0" * 3000):
    source = tmp_path / name
    source.write_bytes(data)
    return attachments.take_in(source, tmp_path / "kept", 1_000_000)


TELEGRAM = "https://t.me/svetlogorye_official/345?comment=9005"


async def test_the_files_of_the_approved_answer_go_with_it(desk, server, networks, tmp_path):
    server.on("/botTOKEN/getChat", case("telegram_getChat", "channel_with_discussion"))
    server.on("/botTOKEN/sendPhoto", case("telegram_sendMessage", "reply_ok"))
    file = picture(tmp_path)
    await attachments.store(desk.database, [file])
    case_id, message = await approved(desk, networks, TELEGRAM, "telegram", files=[file])
    assert (await ways(desk.executor, case_id))[message].refused is None

    await order(desk.executor, case_id, [Order(message)])
    await publish_due(desk.curator, networks)

    form = server.asked("/botTOKEN/sendPhoto")[0].body
    assert file.path.read_bytes() in form
    assert ANSWER.encode() in form
    assert (await desk.card(case_id)).state is State.ANSWERED


async def test_a_file_that_differs_from_what_was_approved_stops_the_answer(desk, server, networks, tmp_path):
    file = picture(tmp_path)
    await attachments.store(desk.database, [file])
    case_id, message = await approved(desk, networks, TELEGRAM, "telegram", files=[file])
    await order(desk.executor, case_id, [Order(message)])
    async with desk.database.write() as write:
        await write.execute(text("UPDATE blob SET data = :data"), {"data": b"another"})

    await publish_due(desk.curator, networks)

    row = (await dispatches(desk))[0]
    assert (row.state, row.fault) == ("failed", "approved_files_changed")
    assert server.asked("/botTOKEN/sendPhoto") == []


def takes_documents(server):
    server.on("/method/docs.getWallUploadServer", said({"response": {"upload_url": "https://pu.vk.com/doc"}}))
    server.on("/doc", said({"file": "F"}))
    server.on("/method/docs.save", said({"response": {"type": "doc", "doc": {"id": 5, "owner_id": -214000001}}}))


async def test_in_vk_the_files_go_with_the_answer_and_with_it_to_the_own_page(desk, server, networks, tmp_path):
    takes_documents(server)
    server.on(REPLY, case("vk_errors", "error_212"))
    server.on(POST, said({"response": {"post_id": 900}}))
    file = picture(tmp_path)
    await attachments.store(desk.database, [file])
    case_id, message = await approved(desk, networks, files=[file])
    assert (await ways(desk.executor, case_id))[message].rung == "reply"
    await order(desk.executor, case_id, [Order(message)])

    await publish_due(desk.curator, networks)
    await publish_due(desk.curator, networks)

    assert [server.asked(path)[0].form["attachments"] for path in (REPLY, POST)] == ["doc-214000001_5"] * 2
    assert (await desk.card(case_id)).state is State.ANSWERED


async def test_more_files_than_a_comment_takes_go_to_the_own_page_at_once(desk, server, networks, tmp_path):
    takes_documents(server)
    server.on(POST, said({"response": {"post_id": 900}}))
    files = [picture(tmp_path, f"{number}.png", b"\x89PNG\r\n\x1a\n" + bytes([number]) * 99) for number in range(3)]
    await attachments.store(desk.database, files)
    case_id, message = await approved(desk, networks, files=files)
    way = (await ways(desk.executor, case_id))[message]
    assert (way.refused, way.rung, way.why.code, way.why.params["limit"]) == (
        None, "own_page", "outbox_too_many_files", 2,
    )  # fmt: skip
    with pytest.raises(Refused):
        await order(desk.executor, case_id, [Order(message)])

    await order(desk.executor, case_id, [Order(message, way.rung)])
    await publish_due(desk.curator, networks)

    assert server.asked(POST)[0].form["attachments"].count("doc") == 3
    publication = (await desk.card(case_id)).publications[0]
    assert (publication.same_page, publication.reason) == (False, "Здесь сеть не принимает такие файлы")


@pytest.mark.parametrize(("source", "link", "answer", "code"), [
    ("youtube", "https://youtu.be/Abc_DEF-123", ANSWER, "outbox_with_files"),
    ("telegram", TELEGRAM, ANSWER * 20, "outbox_text_beside_files"),
])  # fmt: skip
async def test_where_files_cannot_go_with_an_answer_a_person_places_it(
    desk, networks, tmp_path, source, link, answer, code
):
    file = picture(tmp_path)
    await attachments.store(desk.database, [file])
    case_id, message = await approved(desk, networks, link, source, answer, files=[file])
    assert (await ways(desk.executor, case_id))[message].refused.code == code


async def test_a_program_that_died_while_sending_leaves_a_check(desk, server, networks):
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])
    async with desk.database.write() as write:
        begun = {"state": "sending", "tried_at": desk.clock.now()}
        await write.execute(Dispatch.__table__.update().values(**begun))
    server.on(COMMENTS, case("vk_wall_getComments", "comments_hidden"))

    desk.clock.move(minutes=4)
    await publish_due(desk.curator, networks)
    assert [row.state for row in await dispatches(desk)] == ["sending"]  # another may be at it still
    desk.clock.move(minutes=2)
    await publish_due(desk.curator, networks)

    row = (await dispatches(desk))[0]
    assert (row.state, row.fault) == ("check", "not_read_back")
    assert server.asked(REPLY) == []


@pytest.mark.parametrize("number", [213, 1051])
async def test_a_closed_way_leads_to_the_own_page_with_the_text_approved_for_it(desk, server, networks, number):
    server.on(REPLY, case("vk_errors", f"error_{number}"))
    server.on(POST, said({"response": {"post_id": 77}}))
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])

    await publish_due(desk.curator, networks)
    await publish_due(desk.curator, networks)

    sent = server.asked(POST)[0].form["message"]
    assert sent == f"[id512300102|Пётр Лыков], ответ на ваше сообщение {LINK}\n\n{ANSWER}"
    async with desk.database.read() as read:
        assert sent == (await read.execute(select(Rendering.text))).scalar_one()
    publication = (await desk.card(case_id)).publications[0]
    assert (publication.same_page, publication.author_link) == (False, "https://vk.com/id512300102")
    assert publication.reason
    assert publication.link == "https://vk.com/wall-214000001_77"
    assert len(server.asked(REPLY)) == 1


async def test_the_own_page_is_not_used_where_that_was_not_wished(desk, server, networks):
    server.on(REPLY, case("vk_errors", "error_213"))
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message, may_fall=False)])

    await publish_due(desk.curator, networks)

    row = (await dispatches(desk))[0]
    assert (row.state, row.fault, row.rung) == ("failed", "comments_closed", "reply")
    assert server.asked(POST) == []


async def test_a_private_answer_never_falls_onto_a_public_page(desk, server, networks):
    server.on("/method/messages.send", case("vk_messages", "denied_901"))
    link = "https://vk.com/gim214000001?sel=512300102"
    case_id, message = await approved(desk, networks, link, post_kind="private")
    await order(desk.executor, case_id, [Order(message)])

    await publish_due(desk.curator, networks)

    assert (await dispatches(desk))[0].fault == "private_messages_closed"
    assert server.asked(POST) == []
    with pytest.raises(Refused) as raised:
        await order(desk.executor, case_id, [Order(message, rung="own_page")])
    assert raised.value.refusal.code == "own_page_not_approved"


@pytest.mark.parametrize(("number", "state", "fault", "minutes"), [
    (9, "waiting", "asked_too_often", 60), (29, "waiting", "quota_used", 13 * 60 + 59),
    (14, "failed", "captcha", None),
])  # fmt: skip
async def test_what_waits_and_what_needs_a_person(desk, server, networks, number, state, fault, minutes):
    server.on(REPLY, case("vk_errors", f"error_{number}"))
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])

    await publish_due(desk.curator, networks)

    row = (await dispatches(desk))[0]
    assert (row.state, row.fault) == (state, fault)
    if minutes is not None:
        assert row.not_before - desk.clock.now() == timedelta(minutes=minutes)
    assert (await desk.card(case_id)).state is State.TO_PUBLISH


async def test_a_network_not_reached_is_tried_again_and_given_up(desk, server, networks):
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])
    await server.__aexit__()

    waits = []
    for _ in range(7):
        await publish_due(desk.curator, networks)
        row = (await dispatches(desk))[0]
        waits.append((row.state, row.attempts))
        desk.clock.move(hours=2)

    assert waits[:5] == [("waiting", number) for number in range(1, 6)]
    assert waits[5:] == [("failed", 6), ("failed", 6)]


async def test_placed_by_hand_meanwhile_it_is_not_sent(desk, server, networks):
    server.on(REPLY, answered())
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])
    record = PublicationRecord("https://vk.com/wall-214000001_8801?reply=9", desk.clock.now())
    await desk.act(publish, desk.executor, case_id, DraftKind.ANSWER, record)

    await publish_due(desk.curator, networks)

    assert server.requests == []
    assert (await dispatches(desk))[0].state in ("cancelled", "failed")


async def test_ordered_twice_taken_back_and_ordered_anew(desk, server, networks):
    case_id, message = await approved(desk, networks)
    first = (await order(desk.executor, case_id, [Order(message)]))[0]
    with pytest.raises(Refused) as raised:
        await order(desk.executor, case_id, [Order(message)])
    assert raised.value.refusal.code == "outbox_ordered_already"

    await cancel(desk.executor, first)
    await publish_due(desk.curator, networks)
    assert server.requests == []
    with pytest.raises(Refused):
        await cancel(desk.executor, first)
    await order(desk.executor, case_id, [Order(message)])


async def test_a_failed_order_of_an_older_draft_is_not_sent_again(desk, networks):
    case_id, message = await approved(desk, networks)
    [dispatch_id] = await order(desk.executor, case_id, [Order(message)])
    async with desk.database.write() as write:
        await write.execute(Dispatch.__table__.update().values(state="failed", draft_uuid="older"))

    with pytest.raises(Refused) as raised:
        await send_again(desk.executor, dispatch_id)

    assert raised.value.refusal.code == "not_approved"


async def test_the_agencys_own_connection_comes_first(desk, networks):
    case_id, message = await approved(desk, networks)
    assert (await ways(desk.executor, case_id))[message].connector == "Подключение vk"
    assert (await ways(desk.executor, case_id))[message].falls
    await connection(desk.admin, networks, "vk", group_id="5")
    async with desk.database.write() as write:
        mine = Connector.__table__.update().where(Connector.id == 2)
        await write.execute(mine.values(agency_id=desk.agencies["ДОР"], name="Дороги"))

    assert (await ways(desk.executor, case_id))[message].connector == "Дороги"


@pytest.mark.parametrize(("source", "link", "code"), [
    ("tiktok", "https://www.tiktok.com/@a/video/7012345678901234567", "outbox_by_hand"),
    ("max", "https://max.ru/c/-70000000000001/AZjQ1k2mAAE", "outbox_no_connection"),
])
async def test_where_only_a_person_can_answer(desk, networks, source, link, code):
    case_id, message = await approved(desk, networks, link, source)

    assert (await ways(desk.executor, case_id))[message].refused.code == code
    with pytest.raises(Refused) as raised:
        await order(desk.executor, case_id, [Order(message)])
    assert raised.value.refusal.code == code


async def test_the_clock_of_a_network_does_not_set_ours(desk, server, networks):
    far = int((desk.clock.now() + timedelta(hours=5)).timestamp())
    reply = case("telegram_sendMessage", "reply_ok")
    reply.body["result"]["date"] = far
    server.on("/botTOKEN/getChat", case("telegram_getChat", "channel_with_discussion"))
    server.on("/botTOKEN/sendMessage", reply)
    case_id, message = await approved(desk, networks, "https://t.me/svetlogorye_official/345?comment=9005", "telegram")
    await order(desk.executor, case_id, [Order(message)])

    await publish_due(desk.curator, networks)

    assert (await desk.card(case_id)).publications[0].published_at == desk.clock.now()


AWKWARD = (
    "/Здравствуйте,\u00a0Пётр!\r\n\tСрок — 5\u202fдней.  \n\n@durov <b>жирно</b> &amp; *звёзды* _черта_ [ссылка](https://a.ru)"
    " 👨\u200d👩\u200d👧 ❤\ufe0f и\u0306 \u200fсправа " + "ы" * 300 + "  \n"
)


@pytest.mark.parametrize(("source", "link", "path", "sent"), [
    ("vk", LINK, REPLY, lambda asked: asked.form["message"]),
    ("telegram", TELEGRAM, "/botTOKEN/sendMessage", lambda asked: asked.json["text"]),
    ("max", "https://max.ru/c/-70000000000001/AZjQ1k2mAAE", "/messages", lambda asked: asked.json["text"]),
    ("youtube", "https://www.youtube.com/watch?v=Abc_DEF-123&lc=Ugw1", "/youtube/v3/comments",
     lambda asked: asked.json["snippet"]["textOriginal"]),
])  # fmt: skip
async def test_whatever_signs_an_answer_has_they_go_out_as_they_were_approved(
    desk, server, networks, source, link, path, sent
):
    server.on("/botTOKEN/getChat", case("telegram_getChat", "channel_with_discussion"))
    server.on("/token", said({"access_token": "A"}))
    if source in ("max", "youtube"):
        await connection(desk.admin, networks, source, channel_id="UC1")
    if source == "max":
        seen = {"seq": seq_of("AZjQ1k2mAAE"), "mid": "theirs", "text": "Яма"}
        server.on(path, said({"messages": [{"body": seen}]}), case("max_bot", "send_reply"))
    case_id, message = await approved(desk, networks, link, source, AWKWARD)

    await order(desk.executor, case_id, [Order(message)])
    await publish_due(desk.curator, networks)

    [asked] = [request for request in server.asked(path) if request.method == "POST"]
    assert sent(asked) == AWKWARD
    [row] = await dispatches(desk)
    assert await text_to_place(desk.executor, row.id) == AWKWARD, "by hand, too"
    assert "parse_mode" not in asked.body.decode()


@pytest.mark.parametrize(("more", "goes"), [(0, True), (1, False)])
async def test_an_answer_as_long_as_a_network_takes_is_counted_as_the_network_does(desk, networks, more, goes):
    answer = "👍" * 2040 + "Готово. " + "." * (8 + more)
    assert len(answer.encode("utf-16-le")) // 2 == 4096 + more
    if goes:
        case_id, message = await approved(desk, networks, TELEGRAM, "telegram", answer)
        assert await order(desk.executor, case_id, [Order(message)])
        return
    with pytest.raises(Refused) as raised:
        await approved(desk, networks, TELEGRAM, "telegram", answer)
    assert raised.value.refusal.params == {"network": "Telegram", "length": 4097, "limit": 4096}


async def test_one_answer_to_two_under_a_post_is_not_taken_for_the_other(desk, server, networks):
    """The second was cut off before it was there; what stands there is the first."""
    page, thread = case("vk_wall_getComments", "top_level_with_threads"), case("vk_wall_getComments", "thread_page")
    server.on(REPLY, answered(8810), Reply(cut="before"), answered(8812))
    first, message = await approved(desk, networks)
    await order(desk.executor, first, [Order(message)])
    await publish_due(desk.curator, networks)
    second, other = await approved(desk, networks, "https://vk.com/wall-214000001_8801?reply=8802")
    await order(desk.executor, second, [Order(other)])
    await publish_due(desk.curator, networks)
    stands = {"id": 8810, "from_id": -214000001, "date": int(desk.clock.now().timestamp()), "text": ANSWER}
    page.body["response"]["items"].append(stands | {"post_id": 8801, "parents_stack": [8806]})
    server.on(COMMENTS, page, thread, page, thread, page, thread)

    for _ in range(5):
        desk.clock.move(minutes=11)
        await publish_due(desk.curator, networks)

    links = [(await desk.card(case_id)).publications[0].link for case_id in (first, second)]
    assert [link.partition("reply=")[2] for link in links] == ["8810&thread=8806", "8812&thread=8806"]


async def test_what_cannot_be_read_back_does_not_keep_the_others_back(desk, server, networks):
    server.on(REPLY, Reply(cut="before"), answered())
    server.on(COMMENTS, said({"response": {"count": 1, "items": ["of another shape"]}}))
    case_id, message = await approved(desk, networks)
    await order(desk.executor, case_id, [Order(message)])
    await publish_due(desk.curator, networks)
    second, other = await approved(desk, networks, "https://vk.com/wall-214000001_8801?reply=8802")
    await order(desk.executor, second, [Order(other)])
    desk.clock.move(minutes=1)

    await publish_due(desk.curator, networks)

    assert [(row.state, row.fault) for row in await dispatches(desk)] == [("check", "not_read_back"), ("done", "")]


def test_whoever_approves_is_told_where_an_answer_with_files_can_go(tmp_path):
    told = dict(left_to_hand([picture(tmp_path)], ANSWER, ["ok", "vk", "youtube", "max"]))
    assert {code: refused.code for code, refused in told.items()} == {
        "ok": "outbox_files_own_page", "youtube": "outbox_with_files",
    }  # fmt: skip
