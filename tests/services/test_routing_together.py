"""Several messages to one agency: each by its own act, with its own clocks; one that is refused stops no other."""

from dataclasses import replace

from app.models import new_uuid
from app.regulation.profile import Importance
from app.regulation.workflow import State
from app.services import casework, routing_together
from app.services.directories import read_directories
from app.services.routing_together import Together, read_chosen, send_together
from app.services.verifying import verify


async def chosen_of(desk, ids, who=None):
    place = who or desk.curator
    return await read_chosen(place, ids, await read_directories(place))


def together(desk, **changes):
    made = Together(desk.topic, Importance.NORMAL, desk.agencies["ДОР"], desk.location)
    return replace(made, **changes)


async def send(desk, chosen, decided, act_ids=None):
    act_ids = act_ids or {one.id: new_uuid() for one in chosen}
    return [sent async for sent in send_together(desk.curator, chosen, decided, act_ids)]


async def test_each_goes_by_its_own_act_with_the_due_times_of_its_own_detection(desk):
    first = await desk.entered("Яма у школы")
    desk.clock.move(minutes=10)
    second = await desk.entered("Яма у рынка")
    desk.clock.move(minutes=5)

    sent = await send(desk, await chosen_of(desk, [second, first]), together(desk))

    cards = [await desk.card(case_id) for case_id in (first, second)]
    assert [one.case_id for one in sent] == [first, second]  # least time left first
    assert [card.state for card in cards] == [State.DRAFTING] * 2
    answers = [next(c.due_at for c in card.open_clocks if c.code == "answer") for card in cards]
    assert (answers[1] - answers[0]).total_seconds() == 600
    assert [card.history[-1].act for card in cards] == ["route"] * 2
    assert (await verify(desk.database)).findings == []


async def test_one_that_somebody_took_meanwhile_is_refused_and_the_others_go(desk):
    ids = [await desk.entered(f"Яма {number}") for number in range(3)]
    chosen = await chosen_of(desk, ids)
    await desk.act(casework.exclude, desk.second, ids[1], State.NO_REACTION, "")

    sent = await send(desk, chosen, together(desk))

    assert [one.refusal.code if one.refusal else "" for one in sent] == ["", "changed_meanwhile", ""]
    assert sent[1].refusal.params["who"] == "Орлова"
    again = await chosen_of(desk, ids)
    assert [one.refusal.code for one in again if one.id == ids[1]] == ["act_not_in_state"]


async def test_a_message_keeps_its_own_place_and_the_others_get_the_common_one(desk):
    own = await desk.entered("Яма у школы", place="Центр")
    bare = await desk.entered("Яма у рынка")
    chosen = await chosen_of(desk, [own, bare])
    placeless = together(desk, location_id=None)

    assert placeless.refusal(chosen).code == "location_missing"
    assert placeless.refusal([one for one in chosen if one.id == own]) is None
    await send(desk, chosen, together(desk))

    assert [(await desk.card(case_id)).location for case_id in (own, bare)] == ["Центр", "Центр"]
    assert (await desk.card(own)).place == "Центр"


async def test_what_is_missing_is_asked_by_the_same_rule_as_of_one_message(desk):
    chosen = await chosen_of(desk, [await desk.entered()])

    assert together(desk, topic_id=None).refusal(chosen).code == "topic_missing"
    assert together(desk, agency_id=None).refusal(chosen).code == "agency_missing"
    assert together(desk).refusal(()).code == "none_can_go"


async def test_a_returned_one_is_sent_on_by_its_own_act(desk):
    case_id = await desk.routed("Льгов")
    await desk.act(casework.return_to_curator, desk.lgov, case_id, "Не наше")

    await send(desk, await chosen_of(desk, [case_id]), together(desk))

    card = await desk.card(case_id)
    assert (card.history[-1].act, card.agency) == ("reroute", "ДОР")


async def test_sent_again_under_the_same_act_ids_nothing_is_done_twice(desk):
    chosen = await chosen_of(desk, [await desk.entered(), await desk.entered("Яма у рынка")])
    act_ids = {one.id: new_uuid() for one in chosen}

    first = await send(desk, chosen, together(desk), act_ids)
    second = await send(desk, chosen, together(desk), act_ids)

    assert [one.refusal for one in (*first, *second)] == [None] * 4
    assert [len((await desk.card(one.id)).history) for one in chosen] == [2, 2]


async def test_those_beyond_the_limit_stay_and_are_told_so(desk, monkeypatch):
    monkeypatch.setattr(routing_together, "MOST_TOGETHER", 2)
    ids = [await desk.entered(f"Яма {number}") for number in range(3)]

    chosen = await chosen_of(desk, ids)

    assert [one.refusal.code if one.refusal else "" for one in chosen] == ["", "", "too_many_together"]
    assert len(await send(desk, chosen, together(desk))) == 2


async def test_who_may_not_send_is_told_of_each(desk):
    case_id = await desk.entered()

    [one] = await chosen_of(desk, [case_id], desk.chief)

    assert one.refusal.code == "role_may_not"
