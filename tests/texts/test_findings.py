"""Every code that a verification may give has its words."""

import re
from pathlib import Path

import pytest

from app.services import verifying, verifying_files, verifying_governor
from app.services.verifying import Finding
from app.texts.findings import _WHAT, finding_words


def test_every_code_has_words():
    modules = (verifying, verifying_files, verifying_governor)
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in modules)
    ends = "missing|broken|backwards|unreadable|unknown|extra|unrecorded|differs?"
    codes = set(re.findall(rf'"([a-z_]+_(?:{ends}))"', source))

    assert codes == set(_WHAT)


@pytest.mark.parametrize("seq", [None, 4])
def test_a_finding_names_case_act_and_both_values(seq):
    line = finding_words(Finding("hash_broken", "46-2026-000017", seq, "a1", ""))

    assert line.startswith("46-2026-000017, действие 4: " if seq else "46-2026-000017: ")
    assert line.endswith("Должно быть: a1. Найдено: —.")
