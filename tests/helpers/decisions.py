"""Made-up decisions of a small region: what is asked makes the topic, and topic and town make the agency."""

import random

from app.services.suggesting.learned import Decision

ASKED = {
    "Ямы на дорогах": ("яма на дороге", "разбитый асфальт", "колеса бьются о выбоины", "засыпьте ямы"),
    "Уличное освещение": ("не горят фонари", "темно на улице вечером", "замените лампу на столбе", "нет освещения"),
    "Вывоз мусора": ("мусор не вывозят", "баки переполнены", "свалка у дома", "контейнеры полные"),
    "Отопление": ("холодные батареи", "нет отопления в доме", "в квартире холодно", "батареи еле теплые"),
    "Безнадзорные животные": ("стая собак", "собаки бросаются на детей", "отловите собак", "бездомные псы"),
}
TOWNS = {
    "Льгов": ("во Льгове", "г. Льгов"),
    "Обоянь": ("в Обояни", "город Обоянь"),
    "Рыльск": ("в Рыльске", "г. Рыльск"),
}
STREETS = ("Кирова", "Ленина", "Садовая", "Мира", "Горького", "Луговая")
POLITE = ("Здравствуйте!", "Добрый день.", "Помогите,", "Прошу принять меры:", "Сколько можно ждать?", "")


def decisions(count, seed=1):
    """`count` decisions, the same for the same seed; heating goes to one agency, the rest to the town's."""
    random_ = random.Random(seed)
    made = []
    for number in range(count):
        topic, town = random_.choice(list(ASKED)), random_.choice(list(TOWNS))
        words = random_.sample(ASKED[topic], 2)
        house = f"ул. {random_.choice(STREETS)}, {random_.randrange(1, 90)}"
        text = f"{random_.choice(POLITE)} {words[0]}, {words[1]}, {random_.choice(TOWNS[town])}, {house}"
        agency = "Жилищная инспекция" if topic == "Отопление" else f"Администрация города {town}"
        made.append(Decision(text, topic, agency, key=str(number)))
    return made
