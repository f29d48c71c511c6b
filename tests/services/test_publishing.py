"""Publication under every message (п. 14): clocks of each, what is missing, proofs, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.regulation.errors import Refused
from app.regulation.workflow import Act, DraftKind, State
from app.services import casework
from app.services.attachments import take_bytes
from app.services.incoming import Incoming
from app.services.publishing import PublicationRecord, publish
from app.services.registering import register
from app.services.verifying import verify
from app.texts.refusals import explain
from tests.helpers.many import PDF, add_message, png

ANSWER = DraftKind.ANSWER
VK = "https://vk.com/wall-1_2?reply={}"
OK = "https://ok.ru/group/1/topic/2"


THREE = tuple(VK.format(number) for number in (1, 2, 3))


async def of_three(desk, kind=ANSWER, links=THREE, sources=("vk", "vk", "vk")):
    """A card of several messages whose draft is approved; gives its id."""
    found = await register(desk.curator, [Incoming("Яма", sources[0], link=links[0])])
    case_id = found.case_ids[0]
    for link, source in zip(links[1:], sources[1:], strict=True):
        await add_message(desk.database, case_id, link, source)
    await desk.act(casework.detect, desk.curator, case_id)
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    desk.clock.move(minutes=10)
    await desk.act(casework.submit, desk.executor, case_id, kind, "Заделаем")
    desk.clock.move(minutes=10)
    agreed = {"agreed": desk.clock.now().date() + timedelta(days=2)} if kind is DraftKind.INTERIM else {}
    await desk.act(casework.approve, desk.curator, case_id, kind, **agreed)
    return case_id


async def place(desk, case_id, message, link, kind=ANSWER, minutes_ago=0, **more):
    at = desk.clock.now() - timedelta(minutes=minutes_ago)
    record = PublicationRecord(link, at, message_id=message.id, **more)
    return await desk.act(publish, desk.executor, case_id, kind, [record])


def clocks(card, code):
    return [clock for clock in card.clocks if clock.code == code]


async def test_nothing_is_closed_while_one_message_misses_the_answer(desk):
    case_id = await of_three(desk)
    first, second, third = (await desk.card(case_id)).messages
    desk.clock.move(minutes=30)

    done = await place(desk, case_id, second, VK.format(22), minutes_ago=20)
    card = await desk.card(case_id)
    assert (done.state, card.state) == (State.TO_PUBLISH, State.TO_PUBLISH)
    assert [message.id for message in card.unpublished] == [first.id, third.id]
    stopped = {clock.message: clock.stopped_at for clock in clocks(card, "answer")}
    at = desk.clock.now() - timedelta(minutes=20)
    assert stopped == {first.uuid: None, second.uuid: at, third.uuid: None}
    assert clocks(card, "publish")[0].is_open
    assert card.leg is not None
    assert (card.history[-1].act, card.history[-1].variant) == (Act.PLACE, ANSWER)

    await place(desk, case_id, first, VK.format(11))
    desk.clock.move(minutes=5)
    done = await place(desk, case_id, third, VK.format(33), minutes_ago=15)
    card = await desk.card(case_id)
    assert done.state is State.ANSWERED
    assert all(not clock.is_open for clock in card.clocks)
    # The step ended with the last placement, not with the one recorded last.
    assert clocks(card, "publish")[0].stopped_at == desk.clock.now() - timedelta(minutes=5)
    assert card.closed_at == desk.clock.now() - timedelta(minutes=5)
    assert {p.message_id: p.link for p in card.publications} == {
        first.id: VK.format(11), second.id: VK.format(22), third.id: VK.format(33),
    }  # fmt: skip
    assert (await verify(desk.database)).findings == []


async def test_all_messages_in_one_act(desk):
    case_id = await of_three(desk)
    messages = (await desk.card(case_id)).messages
    desk.clock.move(minutes=30)
    records = [
        PublicationRecord(VK.format(10 + n), desk.clock.now() - timedelta(minutes=n), message_id=message.id)
        for n, message in enumerate(messages)
    ]

    done = await desk.act(publish, desk.executor, case_id, ANSWER, records)

    card = await desk.card(case_id)
    assert done.state is State.ANSWERED
    assert [c.stopped_at for c in clocks(card, "answer")] == [r.published_at for r in records]
    assert [entry.act for entry in card.history][-1:] == [Act.PUBLISH]
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize("kind", [DraftKind.INTERIM, DraftKind.CLARIFICATION])
async def test_interim_answers_and_requests_too(desk, kind):
    case_id = await of_three(desk, kind)
    messages = (await desk.card(case_id)).messages
    after = {DraftKind.INTERIM: State.INTERIM, DraftKind.CLARIFICATION: State.AWAITING_AUTHOR}[kind]
    desk.clock.move(minutes=5)
    for number, message in enumerate(messages):
        assert (await desk.card(case_id)).state is State.TO_PUBLISH
        done = await place(desk, case_id, message, VK.format(20 + number), kind)
        answers = clocks(await desk.card(case_id), "answer")
        assert [clock.is_open for clock in answers] == [False] * (number + 1) + [True] * (2 - number)
        desk.clock.move(minutes=5)
    assert done.state is after
    card = await desk.card(case_id)
    started = "final" if kind is DraftKind.INTERIM else "await_author"
    assert [clock.started_at for clock in clocks(card, started)] == [desk.clock.now() - timedelta(minutes=5)]
    assert (await verify(desk.database)).findings == []


async def test_an_act_repeated_after_an_unknown_outcome_is_done_once(desk):
    case_id = await of_three(desk)
    first = (await desk.card(case_id)).messages[0]
    record = PublicationRecord(VK.format(11), desk.clock.now(), message_id=first.id)
    version = (await desk.card(case_id)).version
    act_id = "0" * 36
    for _ in range(2):
        done = await publish(desk.executor, case_id, version, ANSWER, [record], act_id)
    assert done.state is State.TO_PUBLISH
    assert len((await desk.card(case_id)).publications) == 1


async def test_what_was_recorded_is_not_recorded_again(desk):
    case_id = await of_three(desk)
    first = (await desk.card(case_id)).messages[0]
    await place(desk, case_id, first, VK.format(11))
    with pytest.raises(Refused, match="placed_already"):
        await place(desk, case_id, first, VK.format(12))
    with pytest.raises(Refused, match="link_missing"):
        await desk.act(publish, desk.executor, case_id, ANSWER, [])


REFUSED = [
    ({"link": "https://t.me/kursk/5"}, "link_of_other_network",
     "Ссылка ведёт в Telegram, а сообщение размещено в ВКонтакте"),
    ({"link": "https://kursk.ru/news/1"}, "link_of_other_network", "Ссылка ведёт в kursk.ru"),
    ({"link": VK.format(1)}, "link_of_message", "Это ссылка на само сообщение автора."),
    ({"link": "https://m.vk.com/wall-1_2?reply=1"}, "link_of_message", "Это ссылка на само сообщение автора."),
    ({"link": "https://vk.com/kurskadm"}, "link_of_page", "ведёт на страницу целиком"),
    ({"link": "https://vk.cc/abc"}, "link_short", "сокращённая ссылка"),
    ({"link": "vk com"}, "link_malformed", "Это не ссылка"),
    ({"link": VK.format(50), "same_page": False}, "why_elsewhere_missing", "технически"),
    ({"link": VK.format(50), "same_page": False, "reason": "Закрыто"}, "author_link_missing", "ссылку на автора"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "code", "words"), REFUSED)
async def test_bad_publications_are_refused_in_plain_words(desk, given, code, words):
    case_id = await of_three(desk)
    first = (await desk.card(case_id)).messages[0]
    with pytest.raises(Refused) as refused:
        await place(desk, case_id, first, **given)
    assert refused.value.refusal.code == code
    assert words in explain(refused.value.refusal)
    assert (await desk.card(case_id)).publications == ()


async def test_the_same_link_under_two_messages_is_refused(desk):
    case_id = await of_three(desk)
    first, second, _ = (await desk.card(case_id)).messages
    await place(desk, case_id, first, VK.format(50))
    with pytest.raises(Refused, match="link_twice"):
        await place(desk, case_id, second, VK.format(50))


async def test_one_post_of_the_agencys_own_account_may_answer_several(desk):
    case_id = await of_three(desk)
    first, second, _ = (await desk.card(case_id)).messages
    own = {"same_page": False, "reason": "Комментарии закрыты", "author_link": "https://vk.com/id5"}
    for message in (first, second):
        await place(desk, case_id, message, "https://t.me/kursk/5", **own)
    card = await desk.card(case_id)
    assert [(p.link, p.reason, p.author_link) for p in card.publications] == [
        ("https://t.me/kursk/5", "Комментарии закрыты", "https://vk.com/id5")
    ] * 2
    assert (await verify(desk.database)).findings == []


async def test_where_a_comment_has_no_link_of_its_own_a_picture_proves_it(desk, tmp_path):
    case_id = await of_three(desk, links=(OK, OK), sources=("ok", "ok"))
    first, second = (await desk.card(case_id)).messages
    with pytest.raises(Refused) as refused:
        await place(desk, case_id, first, OK)
    assert explain(refused.value.refusal).startswith("У комментария в Одноклассники нет собственной ссылки")
    for shade, message in enumerate((first, second)):
        await place(desk, case_id, message, OK, proof=take_bytes(png(shade=shade), "Снимок", tmp_path, 10**6))
    card = await desk.card(case_id)
    assert card.state is State.ANSWERED
    assert [p.proof.name for p in card.publications] == ["Снимок.png"] * 2
    assert (await verify(desk.database)).findings == []


async def test_the_proof_is_a_picture(desk, tmp_path):
    case_id = await of_three(desk)
    first = (await desk.card(case_id)).messages[0]
    with pytest.raises(Refused, match="proof_not_picture"):
        await place(desk, case_id, first, VK.format(11), proof=take_bytes(PDF, "Ответ", tmp_path, 10**6))


async def test_a_telephone_call_is_answered_anywhere(desk):
    case_id = await of_three(desk, links=("",), sources=("phone",))
    done = await place(desk, case_id, (await desk.card(case_id)).messages[0], "https://t.me/kursk/5")
    assert done.state is State.ANSWERED


async def test_a_time_before_the_approval_or_ahead_is_refused(desk):
    case_id = await of_three(desk)
    first = (await desk.card(case_id)).messages[0]
    with pytest.raises(Refused, match="before_previous_act"):
        await place(desk, case_id, first, VK.format(11), minutes_ago=1)
    with pytest.raises(Refused, match="in_the_future"):
        await place(desk, case_id, first, VK.format(11), minutes_ago=-1)


TAMPERED = [
    ("UPDATE publication SET link = 'https://vk.com/wall-1_9'", "text_differs"),
    ("UPDATE publication SET published_at = recorded_at, same_page = NOT same_page", "publication_differs"),
    ("UPDATE publication SET uuid = 'x'", "publication_unrecorded"),
    ("UPDATE attachment SET publication_id = NULL, draft_id = (SELECT max(id) FROM draft)", "file_differs"),
]


@pytest.mark.parametrize(("statement", "code"), TAMPERED)
async def test_a_changed_publication_is_found(desk, tmp_path, statement, code):
    case_id = await of_three(desk)
    first = (await desk.card(case_id)).messages[0]
    await place(desk, case_id, first, VK.format(11), proof=take_bytes(png(), "Снимок", tmp_path, 10**6))
    async with desk.database.write() as connection:
        assert (await connection.execute(text(statement))).rowcount == 1

    assert code in [finding.code for finding in (await verify(desk.database)).findings]
