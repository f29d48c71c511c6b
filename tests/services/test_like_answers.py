"""Answers that say the same are counted among those approved lately; another greeting or number hides nothing."""

from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.like_answers import alike_among, count_alike

TEXT = "Здравствуйте, {name}! Яму на улице Щигровской заделают до {day} ноября, дорожная служба уже на месте."
OTHER = "Здравствуйте, Пётр! Фонарь у дома заменят завтра, бригада электриков выезжает утром."


def test_another_name_and_day_is_the_same_answer_and_another_thing_is_not():
    mine = TEXT.format(name="Андрей", day=25)

    assert alike_among(mine, [TEXT.format(name="Ольга", day=27), OTHER, ""]) == 1
    assert alike_among("", [mine]) == 0
    assert alike_among("Да", ["Да"]) == 0  # too short to tell


async def test_only_what_was_approved_for_other_cases_lately_counts(desk):
    async def answer(text, approve=True):
        case_id = await desk.routed(text=f"Яма {text}")
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, text)
        if approve:
            await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
        return case_id

    await answer(TEXT.format(name="Иван", day=20))
    desk.clock.move(days=31)
    await answer(TEXT.format(name="Ольга", day=24))
    await answer(OTHER)
    await answer(TEXT.format(name="Пётр", day=24), approve=False)
    mine = await answer(TEXT.format(name="Андрей", day=25))

    assert await count_alike(desk.curator, TEXT.format(name="Андрей", day=25), mine) == 1
