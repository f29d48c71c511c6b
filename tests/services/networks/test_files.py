"""Files with an answer in VK, MAX and OK: uploaded as documented, named in the answer, never a reason to send twice."""

import json

import pytest

from app.services.networks import faults
from app.services.networks.adapter import Enclosure
from app.services.networks.max import MaxAdapter
from app.services.networks.ok import OkAdapter
from app.services.networks.vk import VkAdapter
from tests.helpers.network_server import Reply, case, said

PIT, ORDER = Enclosure("яма.png", "image/png", b"PNG-DATA"), Enclosure("наряд.pdf", "application/pdf", b"PDF-DATA")
CLIP = Enclosure("ход работ.mp4", "video/mp4", b"MP4-DATA")

# ----- VK

VK = ["https://api.vk.com", "https://pu.vk.com"]
COMMENT = "https://vk.com/wall-214000001_8801?reply=8806"
REPLY, SAVE = "/method/wall.createComment", "/method/docs.save"
DOC_PLACE, DOC = "/method/docs.getWallUploadServer", "/upload_doc.php"


@pytest.fixture
def vk(connect, server):
    server.on(REPLY, case("vk_wall_createComment", "reply_from_group"))
    server.on(DOC_PLACE, said({"response": {"upload_url": "https://pu.vk.com/upload_doc.php?act=add_doc"}}))
    server.on(DOC, said({"file": "-214000001|0|0|99|abc|png"}))
    saved = [{"type": "doc", "doc": {"id": number, "owner_id": -214000001}} for number in (5, 6)]
    server.on(SAVE, *(said({"response": each}) for each in saved))

    async def make(**more):
        secrets = {"service_token": "S", "group_token": "G"} | more
        return await connect(VkAdapter, VK, {"group_id": "214000001"}, secrets)

    return make


async def test_files_stand_in_vk_as_documents_before_the_answer_names_them(vk, server):
    adapter = await vk()
    placed = await adapter.reply_with(adapter.target(COMMENT), "Заделали", "key-1", [PIT, ORDER])

    assert placed.link == "https://vk.com/wall-214000001_8801?reply=8810&thread=8806"
    paths = [request.path for request in server.requests]
    assert paths == [DOC_PLACE, DOC, SAVE, DOC_PLACE, DOC, SAVE, REPLY]
    first, second = (request.body for request in server.asked(DOC))
    assert b'name="file"' in first
    assert b"PNG-DATA" in first
    assert b"PDF-DATA" in second
    assert "authorization" not in server.asked(DOC)[0].headers, "the token is for the interface alone"
    assert server.asked(SAVE)[1].form["title"] == "наряд.pdf"
    sent = server.asked(REPLY)[0].form
    assert sent["attachments"] == "doc-214000001_5,doc-214000001_6"
    assert (sent["message"], sent["guid"]) == ("Заделали", "key-1")


async def test_a_persons_token_makes_pictures_photos_of_the_wall(vk, server):
    place = {"upload_url": "https://pu.vk.com/upload.php"}
    server.on("/method/photos.getWallUploadServer", said({"response": place}))
    server.on("/upload.php", said({"server": 7, "photo": "[{}]", "hash": "h"}))
    server.on("/method/photos.saveWallPhoto", said({"response": [{"id": 3, "owner_id": 9, "access_key": "k"}]}))
    server.on("/method/wall.post", said({"response": {"post_id": 77}}))
    adapter = await vk(user_token="U")

    await adapter.post_with("Ответ", "k", [PIT, ORDER])

    assert server.asked("/method/photos.getWallUploadServer")[0].headers["authorization"] == "Bearer U"
    saved = server.asked("/method/photos.saveWallPhoto")[0].form
    assert (saved["server"], saved["photo"], saved["hash"], saved["group_id"]) == ("7", "[{}]", "h", "214000001")
    assert server.asked("/method/wall.post")[0].form["attachments"] == "photo9_3_k,doc-214000001_5"


async def test_a_private_message_takes_photos_by_the_communitys_token(vk, server):
    server.on("/method/photos.getMessagesUploadServer", said({"response": {"upload_url": "https://pu.vk.com/up.php"}}))
    server.on("/up.php", said({"server": 7, "photo": "[{}]", "hash": "h"}))
    server.on("/method/photos.saveMessagesPhoto", said({"response": [{"id": 3, "owner_id": -9}]}))
    place = {"upload_url": "https://pu.vk.com/upload_doc.php"}
    server.on("/method/docs.getMessagesUploadServer", said({"response": place}))
    server.on("/method/messages.send", case("vk_messages", "send_ok_peer_id"))
    adapter = await vk()

    await adapter.reply_with(adapter.target("https://vk.com/gim214000001?sel=512300101"), "Ответ", "k", [PIT, ORDER])

    assert server.asked("/method/docs.getMessagesUploadServer")[0].form["peer_id"] == "512300101"
    assert server.asked("/method/messages.send")[0].form["attachment"] == "photo-9_3,doc-214000001_5"


@pytest.mark.parametrize(("path", "answer", "fault", "code"), [
    (DOC_PLACE, case("vk_errors", "error_27"), faults.WrongToken, "token_of_wrong_kind"),
    (DOC_PLACE, case("vk_errors", "error_15"), faults.NoRights, "no_rights"),
    (DOC, said({"error": "no_file", "error_descr": "file_too_big"}), faults.ContentRejected, "file_rejected"),
    (DOC, Reply(cut="before"), faults.Unreachable, "connection_cut"),
    (DOC, Reply("<html>nginx</html>", 413), faults.Unreadable, "login_page"),
    (SAVE, said({"error": {"error_code": 105}}), faults.RetryAfter, "asked_too_often"),
    (SAVE, said({"error": {"error_code": 10}}), faults.RetryAfter, "asked_too_often"),
    (DOC_PLACE, said({"response": {"upload_url": "https://evil.example/x"}}), faults.Forbidden, "host_not_listed"),
])  # fmt: skip
async def test_what_goes_wrong_before_the_answer_is_sent_is_known_to_have_published_nothing(
    vk, server, path, answer, fault, code
):
    server.on(path, answer)
    adapter = await vk()

    with pytest.raises(faults.Fault) as raised:
        await adapter.reply_with(adapter.target(COMMENT), "x", "k", [PIT])

    assert (type(raised.value), raised.value.code) == (fault, code)
    assert server.asked(REPLY) == []


async def test_an_answer_with_files_that_breaks_off_is_unknown_and_not_sent_twice(vk, server):
    server.on(REPLY, Reply(cut="before"))
    adapter = await vk()

    with pytest.raises(faults.Ambiguous):
        await adapter.reply_with(adapter.target(COMMENT), "x", "k", [PIT])

    assert len(server.asked(REPLY)) == 1


# ----- MAX

MAX = ["https://platform-api2.max.ru", "https://iu.oneme.ru"]
UPLOADS, MESSAGES = "/uploads", "/messages"
NOT_READY = said({"code": "attachment.not.ready", "message": "Key: errors.process.attachment.file.not.processed"}, 400)


@pytest.fixture
def max_bot(connect, server):
    server.on(MESSAGES, case("max_bot", "send_reply"))

    async def make(**settings):
        return await connect(MaxAdapter, MAX, settings, {"bot_token": "T"})

    return make


TARGET = {"chat": -70000000000001, "message": "mid.ffffc0560000000001"}


async def test_files_are_uploaded_one_by_one_and_named_by_their_tokens(max_bot, server):
    places = [{"url": "https://iu.oneme.ru/uploadImage?r=1"}, {"url": "https://iu.oneme.ru/video", "token": "VIDEO"}]
    server.on(UPLOADS, *map(said, places))
    server.on("/uploadImage", said({"photos": {"p1": {"token": "PHOTO"}}}))
    server.on("/video", Reply("<retval>1</retval>", 200, {"Content-Type": "text/xml"}))

    await (await max_bot()).reply_with(TARGET, "Засыпали", "k", [PIT, CLIP])

    assert [request.query["type"] for request in server.asked(UPLOADS)] == ["image", "video"]
    assert b'name="data"' in server.asked("/uploadImage")[0].body
    assert "authorization" not in server.asked("/uploadImage")[0].headers
    sent = server.asked(MESSAGES)[0].json
    assert sent["link"] == {"type": "reply", "mid": TARGET["message"]}
    assert sent["attachments"] == [
        {"type": "image", "payload": {"photos": {"p1": {"token": "PHOTO"}}}},
        {"type": "video", "payload": {"token": "VIDEO"}},
    ]


async def test_a_file_that_is_still_worked_on_is_waited_for_and_sent_once(max_bot, server):
    server.on(UPLOADS, said({"url": "https://iu.oneme.ru/upload.do"}))
    server.on("/upload.do", said({"fileId": 1, "token": "FILE"}))
    server.on(MESSAGES, NOT_READY, NOT_READY, case("max_bot", "send_reply"))
    adapter = await max_bot(chat_id="-5")

    await adapter.post_with("Наряд", "k", [ORDER])

    assert adapter._c.courier.sleep == [2, 4]
    assert len(server.asked("/upload.do")) == 1
    assert server.asked(MESSAGES)[2].json["attachments"] == [{"type": "file", "payload": {"token": "FILE"}}]


async def test_a_file_that_never_gets_ready_is_put_off_not_unknown(max_bot, server):
    server.on(UPLOADS, said({"url": "https://iu.oneme.ru/upload.do"}))
    server.on("/upload.do", said({"fileId": 1, "token": "FILE"}))
    server.on(MESSAGES, NOT_READY)

    with pytest.raises(faults.RetryAfter) as raised:
        await (await max_bot()).reply_with(TARGET, "Наряд", "k", [ORDER])

    assert raised.value.code == "file_worked_on"


@pytest.mark.parametrize(("answer", "fault"), [
    (said({"code": "upload.error"}, 400), faults.ContentRejected), (said({"ok": True}), faults.Unreadable),
    (Reply(cut="before"), faults.Unreachable),
])
async def test_an_upload_that_max_refuses_publishes_nothing(max_bot, server, answer, fault):
    server.on(UPLOADS, said({"url": "https://iu.oneme.ru/uploadImage"}))
    server.on("/uploadImage", answer)

    with pytest.raises(fault):
        await (await max_bot()).reply_with(TARGET, "x", "k", [PIT])

    assert server.asked(MESSAGES) == []


# ----- OK


async def test_pictures_stand_in_a_topic_of_the_group(connect, server):
    answers = iter([
        said({"upload_url": "https://iu.mycdn.me/uploadImage", "photo_ids": ["a/1", "b/2"], "expires_ms": 1}),
        said("161234567890123"),
    ])  # fmt: skip
    server.on("/fb.do", lambda _: next(answers))
    server.on("/uploadImage", said({"photos": {"b/2": {"token": "TB"}, "a/1": {"token": "TA"}}}))
    secrets = {"access_token": "T", "application_secret": "S"}
    origins = ["https://api.ok.ru", "https://iu.mycdn.me"]
    adapter = await connect(OkAdapter, origins, {"group_id": "53038939046008", "application_key": "K"}, secrets)

    placed = await adapter.post_with("Ответ", "k", [PIT, PIT])

    asked, made = (request.form for request in server.asked("/fb.do"))
    assert (asked["method"], asked["count"], asked["gid"]) == ("photosV2.getUploadUrl", "2", "53038939046008")
    assert b'name="pic2"' in server.asked("/uploadImage")[0].body
    assert json.loads(made["attachment"])["media"] == [
        {"type": "text", "text": "Ответ"}, {"type": "photo", "list": [{"id": "TA"}, {"id": "TB"}]},
    ]  # fmt: skip
    assert placed.link == "https://ok.ru/group/53038939046008/topic/161234567890123"

    with pytest.raises(faults.NoRights) as raised:
        await adapter.reply_with({"chat": "chat:C1"}, "x", "k", [PIT])
    assert raised.value.code == "files_not_taken", "so the ladder goes on to the own page"
