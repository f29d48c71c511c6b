"""Collecting: what networks tell goes into the stream once, places and allowances survive, gaps are kept."""

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from app.models import Case, Message, MessageChange, MessageOrigin
from app.regulation.errors import Refused
from app.services.networks import connectors
from app.services.networks.allowance import Limit, Meter
from app.services.networks.collecting import collect, collect_due
from app.services.networks.connectors import ConnectorFacts, add_connector, change_connector, list_connectors
from app.services.networks.faults import Quota, RetryAfter
from app.services.networks.kinds import checked_settings
from app.services.queries import list_queue
from app.services.selection import Selection
from app.services.verifying import verify
from app.texts.refusals import explain
from tests.helpers.connected import FRESH, connection, networks_at, row_of
from tests.helpers.network_server import Reply, case, said

WALL, COMMENTS, SEARCH = "/method/wall.get", "/method/wall.getComments", "/method/newsfeed.search"
UPDATES = "/botTOKEN/getUpdates"


@pytest.fixture
def networks(server, tmp_path):
    return networks_at(server, tmp_path / "tokens")


@pytest.fixture
def fresh(desk):
    """The desk a little after the documented messages were written."""
    desk.clock.move(seconds=(FRESH - desk.clock.now()).total_seconds())
    return desk


async def rows(database, *columns):
    async with database.read() as read:
        return (await read.execute(select(*columns).order_by(columns[0]))).all()


def vk_wall(server):
    server.on("/method/groups.getLongPollServer", case("vk_bots_longpoll", "getLongPollServer"))
    server.on("/whp/214000001", case("vk_bots_longpoll", "timeout_empty"))
    server.on(WALL, case("vk_wall_get", "two_posts"))
    server.on(COMMENTS, case("vk_wall_getComments", "top_level_with_threads"))


async def test_comments_come_into_the_stream_once_with_author_time_and_files(fresh, server, networks):
    vk_wall(server)
    connector = await connection(fresh.admin, networks, "vk", group_id="214000001")

    report = await collect(fresh.curator, networks, connector)

    assert (report.new, report.known, report.fault) == (3, 0, "")
    cases = await rows(fresh.database, Case.id, Case.state)
    assert [row.state for row in cases] == ["collected"] * 3
    card = await fresh.card(cases[2].id)
    message = card.messages[0]
    assert message.text == "Когда ямы на Заречной заделаете???"
    assert (message.author, message.author_link) == ("Пётр Лыков", "https://vk.com/id512300102")
    assert message.link == "https://vk.com/wall-214000001_8801?reply=8806"
    assert message.posted_at.timestamp() == 1789996000
    assert [file.link for file in message.attachments] == ["https://sun9-1.userapi.com/x.jpg"]

    async with fresh.database.write() as write:  # as if the place read up to had not been kept
        await write.execute(text("UPDATE connector SET cursor = '{}'"))
    again = await collect(fresh.curator, networks, connector)
    assert (again.new, again.known) == (0, 3)
    assert (await verify(fresh.database)).findings == []


async def test_the_place_read_up_to_survives_a_break_in_the_middle(fresh, server, networks):
    server.on(SEARCH, case("vk_newsfeed_search", "page1_extended"), Reply(cut="before"))
    connector = await connection(fresh.admin, networks, "vk", group_id="", phrases="яма\n\nсвет")
    secret = networks.secrets
    uuid = (await row_of(fresh.database, connector)).uuid
    secret.write(uuid, "group_token", "")

    report = await collect(fresh.curator, networks, connector)

    assert (report.new, report.fault) == (3, "connection_cut")
    row = await row_of(fresh.database, connector)
    assert json.loads(row.cursor) == {"search": {}}, "older pages are still to come: the mark has not moved"
    assert row.running_until is None
    assert row.last_good_at is None
    assert row.due_at == fresh.clock.now() + timedelta(minutes=5)


async def test_edited_and_deleted_messages_are_told_beside_the_original(fresh, server, networks):
    server.on("/method/groups.getLongPollServer", case("vk_bots_longpoll", "getLongPollServer"))
    server.on("/whp/214000001", case("vk_bots_longpoll", "updates"), case("vk_bots_longpoll", "timeout_empty"))
    server.on(WALL, said({"response": {"count": 0, "items": []}}))
    connector = await connection(fresh.admin, networks, "vk", group_id="214000001")

    report = await collect(fresh.curator, networks, connector)

    messages = {row.intake_key: row for row in await rows(fresh.database, Message.id, Message.intake_key, Message.text)}
    message = messages["vk:comment:-214000001_8801:8806"]
    assert message.text == "Когда ямы на Заречной заделаете???"
    changes = await rows(fresh.database, MessageChange.id, MessageChange.message_id, MessageChange.kind,
                         MessageChange.text)  # fmt: skip
    assert [(c.kind, c.text) for c in changes if c.message_id == message.id] == [
        ("edited", "Когда ямы на Заречной, 5 заделаете???"), ("removed", "")
    ]  # fmt: skip
    assert report.changed == 2

    row = next(row for row in await list_queue(fresh.curator, Selection("stream")) if row.excerpt == message.text)
    assert row.changed == "removed"
    [shown] = (await fresh.card(row.id)).messages
    assert shown.text == message.text, "the snapshot stays"
    assert [(change.kind, change.before, change.text) for change in shown.changes] == [
        ("edited", message.text, "Когда ямы на Заречной, 5 заделаете???"), ("removed", "", "")
    ]  # fmt: skip


async def test_what_was_put_back_is_no_mark_any_more(fresh, server, networks):
    case_id = await fresh.entered("Яма")
    [message] = (await fresh.card(case_id)).messages
    async with fresh.database.write() as write:
        made = [("edited", "Ямы"), ("edited", "Ямы!"), ("removed", ""), ("restored", "")]
        values = [{"message_id": message.id, "kind": kind, "text": text, "noticed_at": FRESH} for kind, text in made]
        await write.execute(insert(MessageChange), values)

    [shown] = (await fresh.card(case_id)).messages
    assert [(change.before, change.text) for change in shown.changes[:2]] == [("Яма", "Ямы"), ("Ямы", "Ямы!")]
    assert [row.changed for row in await list_queue(fresh.curator, Selection("inbox"))] == [""]


async def test_a_gap_is_shown_until_somebody_saw_it(fresh, server, networks):
    server.on(UPDATES, case("telegram_getUpdates", "first_batch"), case("telegram_getUpdates", "gap_and_kick"))
    connector = await connection(fresh.admin, networks, "telegram")
    await collect(fresh.curator, networks, connector)
    fresh.clock.move(hours=1)

    report = await collect(fresh.curator, networks, connector)

    assert (report.gaps, report.warnings) == (1, ["put_out"])
    view = (await list_connectors(fresh.admin, networks.secrets))[0]
    assert [(gap.reason, gap.since) for gap in view.gaps] == [("updates_skipped", FRESH)]
    await connectors.see_gaps(fresh.admin, connector)
    assert (await list_connectors(fresh.admin, networks.secrets))[0].gaps == ()
    assert [request.json["offset"] for request in server.asked(UPDATES)] == [0, 870000009]


async def test_a_clock_five_hours_off_costs_no_message(fresh, server, networks):
    fresh.clock.move(hours=-5)
    server.date = FRESH
    server.on(UPDATES, case("telegram_getUpdates", "first_batch"))
    connector = await connection(fresh.admin, networks, "telegram")

    report = await collect(fresh.curator, networks, connector)

    assert (report.new, report.undated) == (4, 4)
    assert all(row.posted_at is None for row in await rows(fresh.database, Message.id, Message.posted_at))
    assert report.skew_minutes != 0


async def test_a_login_page_is_said_and_the_others_go_on(fresh, server, networks):
    server.on(UPDATES, Reply("<!doctype html><html>Вход</html>", 200, {"Content-Type": "text/html"}))
    server.on("/updates", case("max_bot", "updates"))
    await connection(fresh.admin, networks, "telegram")
    await connection(fresh.admin, networks, "max")

    reports = await collect_due(fresh.curator, networks)

    assert [(report.fault, report.new) for report in reports] == [("login_page", 0), ("", 1)]
    assert await collect_due(fresh.curator, networks) == [], "not due again before their time"


async def test_what_a_network_asks_for_is_waited_for_over_a_restart(fresh, server, networks):
    server.on(SEARCH, case("vk_errors", "error_29"))
    connector = await connection(fresh.admin, networks, "vk", phrases="яма")

    report = await collect(fresh.curator, networks, connector)

    assert report.fault == "quota_used"
    until = (await row_of(fresh.database, connector)).due_at
    assert until == FRESH.replace(hour=21, minute=0, second=0), "midnight in Moscow"


async def test_a_telegram_pause_holds_all_its_calls(fresh, server, networks):
    server.on(UPDATES, case("telegram_sendMessage", "flood_429"), case("telegram_getUpdates", "empty_timeout"))
    connector = await connection(fresh.admin, networks, "telegram")
    assert (await collect(fresh.curator, networks, connector)).fault == "asked_too_often"

    fresh.clock.move(seconds=5)
    assert (await collect(fresh.curator, networks, connector)).fault == "asked_too_often"
    assert len(server.asked(UPDATES)) == 1
    fresh.clock.move(seconds=20)
    assert (await collect(fresh.curator, networks, connector)).fault == ""


async def test_allowances_are_counted_by_day_and_paced(fresh):
    database, clock, real = fresh.database, fresh.clock, [1000]
    networks = type("N", (), {"secrets": None})
    async with database.write() as write:
        await write.execute(text(
            "INSERT INTO connector (uuid, network, name, settings, proxy, every_minutes, active, version, cursor,"
            " last_run) VALUES ('u', 'vk', 'n', '{}', '', 5, true, 1, '{}', '{}')"))  # fmt: skip
    assert networks.secrets is None
    connector = (await rows(database, connectors.Connector.id))[0].id

    def meter():
        return Meter(database, connector, clock.now, lambda: real[0])

    limit = Limit("wall.get", gap_ms=334, daily=3)
    assert [await meter().take(limit) for _ in range(3)] == [0, 334, 668]
    with pytest.raises(Quota) as raised:
        await meter().take(limit)
    assert raised.value.until == FRESH.replace(hour=21, minute=0, second=0)
    clock.move(seconds=(raised.value.until - clock.now()).total_seconds())
    real[0] += 100_000
    assert await meter().take(limit) == 0, "the next day begins anew"

    await meter().block(60)
    with pytest.raises(RetryAfter):
        await meter().take(Limit("all"))
    clock.move(seconds=61)
    assert await meter().take(Limit("all")) == 0


async def test_nobody_reads_twice_at_once_and_no_network_that_is_off(fresh, server, networks):
    server.on(UPDATES, case("telegram_getUpdates", "empty_timeout"))
    connector = await connection(fresh.admin, networks, "telegram")
    async with fresh.database.write() as write:
        held = connectors.update(connectors.Connector).values(running_until=fresh.clock.now() + timedelta(minutes=1))
        await write.execute(held)
    assert await collect(fresh.curator, networks, connector) is None

    fresh.clock.move(minutes=2)  # whoever held it has gone
    assert (await collect(fresh.curator, networks, connector)).fault == ""
    async with fresh.database.write() as write:
        await write.execute(text("UPDATE source SET mode = 'assisted' WHERE code = 'telegram'"))
    assert await collect(fresh.curator, networks, connector) is None
    with pytest.raises(Refused):
        await collect(fresh.executor, networks, connector)


async def test_origins_are_kept_for_answers(fresh, server, networks):
    server.on("/updates", case("max_bot", "updates"))
    connector = await connection(fresh.admin, networks, "max")

    await collect(fresh.curator, networks, connector)

    origin = (await rows(fresh.database, MessageOrigin.message_id, MessageOrigin.target, MessageOrigin.connector_id))[0]
    assert origin.connector_id == connector
    assert json.loads(origin.target) == {"chat": -70000000000001, "message": "mid.ffffc0560000000001"}


# ----- the register


async def test_tokens_are_kept_apart_and_never_told(fresh, networks, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    connector = await connection(fresh.admin, networks, "vk", group_id="https://vk.com/club214000001")
    row = await row_of(fresh.database, connector)

    assert json.loads(row.settings)["group_id"] == "214000001"
    async with fresh.database.read() as read:
        journal = (await read.execute(text("SELECT payload FROM journal"))).scalars().all()
    assert "GROUP" not in str(tuple(row)) + str(journal) + caplog.text
    view = (await list_connectors(fresh.admin, networks.secrets))[0]
    assert view.secrets == ("group_token", "service_token")
    file = tmp_path / "tokens" / "tokens.json"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(Refused) as raised:
        networks.secrets.read(row.uuid, ("group_token",))
    assert raised.value.refusal.code == "tokens_readable"


@pytest.mark.parametrize(("facts", "code"), [
    (ConnectorFacts("vk", "", {}), "name_missing"),
    (ConnectorFacts("vk", "ВК", {"group_id": "my group"}), "connector_id_malformed"),
    (ConnectorFacts("vk", "ВК", {"phrases": "\n".join(map(str, range(50)))}, every_minutes=30), "connector_too_often"),
    (ConnectorFacts("youtube", "Ю", {}), "connector_setting_missing"),
    (ConnectorFacts("youtube", "Ю", {"channel_id": "kursk"}), "connector_id_malformed"),
    (ConnectorFacts("telegram", "Т", {"channel": "мой канал"}), "connector_id_malformed"),
    (ConnectorFacts("max", "М", {"chat_id": "x" * 10_000}), "connector_id_malformed"),
    (ConnectorFacts("feed", "Лента", {"url": "http://127.0.0.1/feed"}), "link_private"),
    (ConnectorFacts("feed", "Лента", {"url": "file:///etc/passwd"}), "link_scheme"),
    (ConnectorFacts("feed", "Лента", {"url": "https://a:b@blog.ru/"}), "link_with_password"),
    (ConnectorFacts("telegram", "Т", proxy="socks5://me:word@host:1080"), "proxy_with_password"),
    (ConnectorFacts("telegram", "Т", proxy="host:1080"), "proxy_malformed"),
    (ConnectorFacts("whatsapp", "W"), "choice_unknown"),
])  # fmt: skip
async def test_what_is_no_connection(fresh, networks, facts, code):
    with pytest.raises(Refused) as raised:
        await add_connector(fresh.admin, networks.secrets, facts, {})

    assert raised.value.refusal.code == code


@pytest.mark.parametrize("token", ["123 :abc", '"123:abc"', "«123:abc»", "123:\nabc", "x" * 5000])
async def test_a_key_of_another_shape_is_refused_and_not_repeated(fresh, networks, token):
    with pytest.raises(Refused) as raised:
        await add_connector(fresh.admin, networks.secrets, ConnectorFacts("telegram", "Т"), {"bot_token": token})

    assert raised.value.refusal.code == "token_malformed"
    said = "Ключ бота: в ключе нет пробелов и кавычек. Скопируйте его заново, один и целиком."
    assert explain(raised.value.refusal) == said
    assert await list_connectors(fresh.admin, networks.secrets) == []


@pytest.mark.parametrize(("network", "setting", "typed", "kept"), [
    ("vk", "group_id", "https://vk.com/club214000001/", "214000001"),
    ("vk", "group_id", "-214000001", "214000001"),
    ("ok", "group_id", "https://ok.ru/group/53396058603765", "53396058603765"),
    ("telegram", "channel", "https://t.me/kursk_region", "kursk_region"),
    ("telegram", "channel", "-1001500000002", "-1001500000002"),
    ("youtube", "channel_id", "https://www.youtube.com/channel/UCuser00000000000000000DM", "UCuser00000000000000000DM"),
])  # fmt: skip
def test_what_is_copied_as_a_link_is_kept_as_the_network_asks_for_it(network, setting, typed, kept):
    assert checked_settings(network, {setting: typed}, 30)[setting] == kept


async def test_another_group_is_read_from_its_beginning_and_only_administrators_change(fresh, server, networks):
    vk_wall(server)
    connector = await connection(fresh.admin, networks, "vk", group_id="214000001")
    await collect(fresh.curator, networks, connector)
    view = (await list_connectors(fresh.admin, networks.secrets))[0]
    assert (await row_of(fresh.database, connector)).cursor != "{}"

    facts = ConnectorFacts("vk", "Другая", {"group_id": "77"}, every_minutes=30)
    with pytest.raises(Refused):
        await change_connector(fresh.curator, networks.secrets, connector, view.version, facts, {})
    await change_connector(fresh.admin, networks.secrets, connector, view.version, facts, {"group_token": "NEW"})

    row = await row_of(fresh.database, connector)
    assert (row.cursor, row.name, row.version) == ("{}", "Другая", view.version + 1)
    assert networks.secrets.read(row.uuid, ("group_token",)) == {"group_token": "NEW"}
    with pytest.raises(Refused):
        await change_connector(fresh.admin, networks.secrets, connector, view.version, facts, {})
