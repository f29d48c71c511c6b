"""Commands that answer line by line: one text each, or many on standard input."""

import sys
from collections.abc import Callable, Iterable


def answer_lines(asked: str, answer: Callable[[str], tuple[str, bool]]) -> int:
    """Print the answer to `asked`, or with "-" to each line of standard input; 2 when every one was bad input.

    `answer` gives the line to print and whether the text could be used.
    """
    many = asked == "-"
    texts: Iterable[str] = (line.rstrip("\r\n") for line in sys.stdin) if many else [asked]
    used = []
    for text in texts:
        line, is_used = answer(text)
        print(line, flush=many)
        used.append(is_used)
    return 0 if any(used) or not used else 2
