"""What a suggestion of topic, agency and place costs, and how that grows with the decisions it was learned from.

python -m tests.benchmarks.bench_suggest [DECISIONS …] learns from made-up decisions of a small region
(tests/helpers/decisions.py) and asks about other messages of it, once with a message's own words and once with them ten
times over. How good suggestions are is another question, of a region's own file: `cur-desk suggest evaluate`
(docs/suggestions.md). Goals: 5 ms a message; 60 s and 500 MB while learning from the most that are learned from.
"""

import resource
import statistics
import sys
import time

from app.services.suggesting.bounds import MOST_LEARNED
from app.services.suggesting.learned import Learned
from tests.benchmarks.results import tell, tell_growth
from tests.helpers.decisions import decisions

SIZES = (400, MOST_LEARNED)  # a desk learns from no more
ASKED, GOAL_MS, LONGER = 300, 5.0, 10
SECONDS, MEGABYTES = 60, 500


def main(sizes):
    texts = [one.text for one in decisions(ASKED, seed=2)]
    short, long_, learning = {}, {}, {}
    for size in sizes:
        began = time.process_time()
        learned = Learned(decisions(size))
        learning[size] = time.process_time() - began
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        learned.opinion(texts[0], 5)
        short[size] = milliseconds(learned, texts)
        long_[size] = milliseconds(learned, [" ".join([text] * LONGER) for text in texts])
        told = f"{size:>7,} decisions: learned in {learning[size]:5.1f} s of processor, {megabytes:.0f} MB; a message"
        print(f"{told} {statistics.median(short[size]):.2f} ms, of {LONGER} times the words", end=" ")
        print(f"{statistics.median(long_[size]):.2f} ms", flush=True)
    last = sizes[-1]
    tell("suggest.learning", f"learning from {last:,} decisions, processor", learning[last], SECONDS, unit="s",
         is_ratio=False)  # fmt: skip
    tell("suggest.learning.memory", f"learning from {last:,} decisions, the whole process", megabytes, MEGABYTES,
         unit="MB", is_ratio=False)  # fmt: skip
    for code, what, found in (("message", "a suggestion", short), ("long", "a suggestion on a long message", long_)):
        tell(f"suggest.{code}.p50", f"{what}, p50", statistics.median(found[last]), GOAL_MS, unit="ms", is_ratio=False)
        p95 = sorted(found[last])[len(found[last]) * 95 // 100]
        tell(f"suggest.{code}.p95", f"{what}, p95", p95, GOAL_MS, unit="ms", is_ratio=False)
        by_size = {size: statistics.median(each) for size, each in found.items()}
        tell_growth(f"suggest.growth.{code}", f"{what} by decisions learned, ms of processor", by_size, GOAL_MS,
                    unit="ms", is_ratio=False)  # fmt: skip


def milliseconds(learned, texts):
    """Processor milliseconds of one opinion on each text."""
    spent = []
    for text in texts:
        began = time.process_time()
        learned.opinion(text, 5)
        spent.append(1000 * (time.process_time() - began))
    return spent


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
