"""Sources (п. 1, 3): the act's and others, off for new messages, and known in files by their names."""

import pytest

from app.regulation.errors import Refused
from app.services.directories import read_directories
from app.services.incoming import Incoming
from app.services.intake.importing import Order, import_file
from app.services.registering import enter
from app.services.registers.sources import SourceFacts, add_source, change_source, list_sources
from app.services.verifying import verify


async def source(desk, name):
    return next(found for found in await list_sources(desk.admin) if found.facts.name == name)


async def changed(desk, called, **facts):
    found = await source(desk, called)
    now = {"name": called, "kind": found.facts.kind, "in_act": found.facts.in_act, "mode": found.facts.mode}
    await change_source(desk.admin, found.id, found.version, SourceFacts(**now | facts))


async def refusal(work):
    with pytest.raises(Refused) as refused:
        await work
    return refused.value.refusal.code


async def test_a_source_switched_off_takes_nothing_by_hand_and_its_history_stays(desk):
    case_id = await desk.entered()
    await changed(desk, "ВКонтакте", mode="off")

    assert await refusal(enter(desk.curator, Incoming("Ещё яма", "vk"))) == "source_off"
    assert (await desk.card(case_id)).messages[0].source == "ВКонтакте"
    offered = {choice.name for choice in (await read_directories(desk.curator)).sources if choice.active}
    assert "ВКонтакте" not in offered
    assert (await source(desk, "ВКонтакте")).messages == 1


async def test_a_source_switched_off_takes_nothing_from_files(desk, tmp_path):
    path = tmp_path / "messages.csv"
    path.write_text("Текст;Соцсеть\nЯма;ВКонтакте\nСвет;Одноклассники\n", encoding="utf-8")
    await changed(desk, "ВКонтакте", mode="off")

    report = await import_file(desk.curator, Order(path))

    assert (report.new, report.refused) == (1, 1)
    assert (report.refusals[0].code, report.refusals[0].params["value"]) == ("source_off", "ВКонтакте")


async def test_a_source_added_is_known_in_files_by_its_name(desk, tmp_path):
    await add_source(desk.admin, SourceFacts("Курский форум", "forum"))
    path = tmp_path / "messages.csv"
    path.write_text("Текст;Источник\nЯма;курский  Форум\n", encoding="utf-8")

    await import_file(desk.curator, Order(path))

    assert (await source(desk, "Курский форум")).messages == 1


async def test_a_known_network_gets_its_own_code(desk):
    await changed(desk, "MAX", name="Мессенджер МАКС")
    await add_source(desk.admin, SourceFacts("Живой журнал", "blog"))

    assert (await source(desk, "Мессенджер МАКС")).code == "max"
    assert (await source(desk, "Живой журнал")).code.startswith("own-")


async def test_whether_the_act_names_a_source_concerns_new_messages_only(desk):
    old = await desk.routed()
    await changed(desk, "ВКонтакте", in_act=False)
    new = await desk.routed(text="Ещё яма")

    def answers(card):
        return [clock.by_agreement for clock in card.clocks if clock.code == "answer"]

    assert answers(await desk.card(old)) == [False]
    assert answers(await desk.card(new)) == [True]
    assert (await verify(desk.database)).is_clean


async def test_what_fits_no_source_always_has_one(desk):
    assert await refusal(changed(desk, "Другой источник", mode="off")) == "source_of_strangers"
    assert await refusal(add_source(desk.admin, SourceFacts("вконтакте"))) == "name_taken"
    assert await refusal(add_source(desk.admin, SourceFacts(""))) == "name_missing"
    assert await refusal(add_source(desk.admin, SourceFacts("А", mode="sometimes"))) == "choice_unknown"
