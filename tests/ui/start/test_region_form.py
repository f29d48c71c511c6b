"""The form that sets up a region."""

import pytest

from app.ui.start.region_form import RegionForm
from tests.helpers.qt import application


@pytest.fixture
def form():
    application()
    made = RegionForm()
    yield made
    made.deleteLater()


def test_the_zone_of_an_act_reads_as_people_say_it_and_its_name_can_be_found(form):
    told = []
    for key in ("kursk", "kuzbass"):
        form.regulation.setCurrentIndex(form.regulation.findData(key))
        told.append((form.act.text().rpartition("часовой пояс ")[2], form.act.toolTip()))

    assert told == [
        ("Москва (UTC+3)", "Имя часового пояса в файле: Europe/Moscow"),
        ("Новокузнецк (UTC+7)", "Имя часового пояса в файле: Asia/Novokuznetsk"),
    ]
