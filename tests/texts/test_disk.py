"""Why a file could not be used is said in the program's language."""

import errno

from app.texts.disk import reason_of


def test_usual_reasons_are_in_the_programs_words_and_rare_ones_in_the_systems():
    assert reason_of(OSError(errno.ENOSPC, "No space left on device", "x.xlsx")) == "на диске нет места"
    assert reason_of(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"
    assert reason_of(OSError("nothing is known")) == "nothing is known"
