"""Mail on both engines against a real SMTP server with real faults: nothing is lost, nothing is sent twice."""

import os
import stat
from datetime import timedelta

import keyring
import pytest
from keyring.backends import fail
from sqlalchemy import select, update

from app.models import Mail
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.services.alerts.answering import acknowledge
from app.services.alerts.raising import sweep_alerts
from app.services.alerts.reading import list_alerts
from app.services.alerts.settings import NoticeChoice, set_choice
from app.services.background.worker import seat_program
from app.services.mail.outbox import GIVE_UP_AFTER, list_mail, send_again, send_trial, send_waiting
from app.services.mail.settings import MailServer, find_password, keep_password, read_server, secrets_folder, set_server
from app.services.mail.writing import write_letters
from tests.helpers.smtp import PASSWORD, post_office

AT_ONCE = NoticeChoice(email="panov@kursk.test", mail="at_once")


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch, tmp_path):
    """A server's computer has none; and no test touches that of whoever runs it."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    monkeypatch.setenv("CUR_DESK_DATA", str(tmp_path))
    yield
    keyring.set_keyring(before)


async def alerted(desk, **later):
    """An executor who wants mail, and a draft of high importance that soon runs out (14:00)."""
    await set_choice(desk.executor, AT_ONCE)
    await desk.routed(text="Иванова Анна Петровна жалуется", importance=Importance.HIGH)
    desk.clock.move(**later or {"hours": 3, "minutes": 50})
    place = await seat_program(desk.database)
    await sweep_alerts(place)
    return place


async def letters(desk):
    async with desk.database.read() as connection:
        return (await connection.execute(select(Mail).order_by(Mail.id))).all()


async def states(desk):
    return [row.state for row in await letters(desk)]


async def test_a_letter_names_number_clause_time_and_act_and_nobody(desk):
    place = await alerted(desk)
    assert await write_letters(place) == 1
    assert await write_letters(place) == 0
    async with post_office() as (post, server):
        assert await send_waiting(place, server) == 1
        assert await send_waiting(place, server) == 0
    (letter,) = post.letters
    text = letter.get_content()
    assert letter["To"] == "panov@kursk.test"
    assert letter["Subject"] == "Срок истекает: 46-2026-000001"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "46-2026-000001, ДОР\nПроект ответа куратору, п. 11: истекает 01.06.2026 14:00." in text
    assert "Что сделать: Отправить проект на согласование." in text
    assert "Иванова" not in text
    (row,) = await letters(desk)
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, desk.clock.now())


@pytest.mark.parametrize(
    ("fault", "state", "is_given_over"),
    [
        ({"rcpt": "450 4.2.0 Greylisted, see you in five minutes"}, "waiting", False),
        ({"data": "451 4.3.0 Try again later"}, "waiting", False),
        ({"rcpt": "550 5.1.1 No such user"}, "failed", False),
        ({"data": "554 5.7.1 Spam"}, "failed", False),
        ({"cut": "MAIL"}, "waiting", False),
        ({"cut": "RCPT"}, "waiting", False),
        ({"cut": "DATA"}, "unknown", True),
    ],
)
async def test_what_a_fault_makes_of_a_letter(desk, fault, state, is_given_over):
    place = await alerted(desk)
    await write_letters(place)
    async with post_office() as (post, server):
        for name, value in fault.items():
            setattr(post, name, value)
        assert await send_waiting(place, server) == 0
        (row,) = await letters(desk)
        assert row.state == state
        assert row.last_error
        for name in fault:
            setattr(post, name, "")
        await send_waiting(place, server)  # not before its time
        assert len(post.letters) == is_given_over
        desk.clock.move(minutes=2)
        await send_waiting(place, server)
        await send_waiting(place, server)
    # one that could not be handed over comes later, once; one that was, or never can be, is not tried again
    assert len(post.letters) == (1 if state in ("waiting", "unknown") else 0)
    assert await states(desk) == ["sent" if state == "waiting" else state]


async def test_a_server_that_is_away_is_asked_ever_more_seldom_and_given_up_after_a_day(desk):
    place = await alerted(desk)
    await write_letters(place)
    nowhere = MailServer("127.0.0.1", 1, "none", "", "cur@kursk.test")
    pauses = []
    for _ in range(5):
        await send_waiting(place, nowhere)
        (row,) = await letters(desk)
        pauses.append((row.next_try_at - desk.clock.now()) // timedelta(minutes=1))
        desk.clock.move(minutes=pauses[-1])
    assert pauses == [1, 5, 15, 60, 60]
    desk.clock.move(hours=GIVE_UP_AFTER // timedelta(hours=1))
    await send_waiting(place, nowhere)
    assert await states(desk) == ["failed"]


async def test_a_letter_under_way_when_the_worker_died_is_not_sent_again_by_itself(desk):
    place = await alerted(desk)
    await write_letters(place)
    async with desk.database.write() as connection:
        await connection.execute(update(Mail).values(state="sending", attempts=1))
    async with post_office() as (post, server):
        await send_waiting(place, server)
        assert (post.letters, await states(desk)) == ([], ["unknown"])
        (view,) = await list_mail(desk.admin)
        await send_again(desk.admin, view.id)  # a person may decide otherwise
        assert await send_waiting(place, server) == 1


@pytest.mark.expected_log("login_data is deprecated")  # the test's server about itself
async def test_a_wrong_password_holds_all_letters_back_and_the_right_one_lets_them_go(desk):
    place = await alerted(desk)
    await write_letters(place)
    async with post_office(with_login=True) as (post, server):
        keep_password(desk.database, server, "wrong")
        await send_waiting(place, server)
        assert await states(desk) == ["waiting"]
        assert (await letters(desk))[0].last_error.startswith("535")
        await set_server(desk.admin, server, PASSWORD)
        desk.clock.move(minutes=2)
        assert await send_waiting(place, server) == 1
        assert len(post.letters) == 1


async def test_at_most_six_letters_an_hour_and_the_rest_gathered(desk):
    await set_choice(desk.curator, NoticeChoice(email="s@kursk.test", mail="at_once"))
    place = await seat_program(desk.database)
    for number in range(12):
        await desk.entered(f"Яма {number}")
        desk.clock.move(minutes=5)
        await sweep_alerts(place)
        await write_letters(place)
    rows = await letters(desk)
    assert 1 < len(rows) <= 6
    told = " ".join(row.text for row in rows)
    assert all(told.count(f"46-2026-{number:06}") <= 2 for number in range(1, 13))  # soon, and run out
    assert told.count("46-2026-000001") == 2


async def test_a_digest_comes_twice_a_day_and_not_for_what_was_answered(desk):
    await set_choice(desk.curator, NoticeChoice(email="s@kursk.test", mail="digest"))
    place = await seat_program(desk.database)
    await desk.entered("Яма")
    desk.clock.move(minutes=25)
    await sweep_alerts(place)
    assert await write_letters(place) == 1  # that of nine, at 10:25
    assert await write_letters(place) == 0
    desk.clock.move(hours=4)
    await sweep_alerts(place)
    assert await write_letters(place) == 1  # that of two
    assert "Всё открытое на 01.06.2026 14:25." in (await letters(desk))[-1].text
    desk.clock.move(hours=20)
    await acknowledge(desk.curator, [alert.id for alert in await list_alerts(desk.curator)])
    await sweep_alerts(place)
    assert all("digest" in row.about for row in await letters(desk))
    assert len(await letters(desk)) == 2


async def test_the_password_lies_in_a_file_only_its_owner_reads_where_there_is_no_keyring(desk):
    server = MailServer("mail.kursk.test", 587, "starttls", "desk", "cur@kursk.test")
    assert await set_server(desk.admin, server, "тайна") == "file"
    (path,) = secrets_folder(desk.database).glob("tokens.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert find_password(desk.database, server) == "тайна"
    assert "тайна" not in str(desk.database.meta)
    assert read_server(desk.database) == server


async def test_systemds_credential_comes_first(desk, monkeypatch, tmp_path):
    server = MailServer("mail.kursk.test", 587, "starttls", "desk", "cur@kursk.test")
    keep_password(desk.database, server, "из файла")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "smtp-password").write_text("от systemd\n", encoding="utf-8")
    monkeypatch.setitem(os.environ, "CREDENTIALS_DIRECTORY", str(credentials))
    assert find_password(desk.database, server) == "от systemd"


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (MailServer(), "mail_host_missing"),
        (MailServer("mail.test", 0, sender="a@b.ru"), "mail_port_invalid"),
        (MailServer("mail.test"), "mail_sender_missing"),
        (MailServer("mail.test", 25, "none", "", "a@b.ru"), "mail_without_tls"),
    ],
)
async def test_what_cannot_be_settled(desk, server, code):
    with pytest.raises(Refused, match=code):
        await set_server(desk.admin, server, None)
    with pytest.raises(Refused, match="role_may_not"):
        await set_server(desk.curator, server, None)


async def test_the_trial_letter_goes_at_once_or_says_what_the_server_said(desk):
    async with post_office() as (post, server):
        await send_trial(desk.admin, server, None, "admin@kursk.test")
        assert "Проверка почты: Курская область" in str(post.letters[0]["Subject"])
        post.rcpt = "550 5.1.1 No such user"
        with pytest.raises(Refused, match="mail_not_sent") as refused:
            await send_trial(desk.admin, server, None, "admin@kursk.test")
    assert "No such user" in refused.value.refusal.params["reply"]
