"""Stems are the same from whatever thread they are asked."""

import sys
from concurrent.futures import ThreadPoolExecutor

from app.services.suggesting.wording import stem

WORDS = ["благоустройства", "светофорами", "Щигровской", "отремонтировали", "детскую", "площадку", "вывозят", "мусор"]


def test_threads_do_not_mix_their_words():
    alone = [stem.__wrapped__(word) for word in WORDS]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: [stem.__wrapped__(word) for word in WORDS], range(200)))
    finally:
        sys.setswitchinterval(before)

    assert all(stems == alone for stems in found)
