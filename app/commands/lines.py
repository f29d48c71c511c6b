"""Commands that answer line by line: one text each, or many on standard input."""

import sys
from collections.abc import Callable, Iterable, Iterator


def answer_lines(asked: str, answer: Callable[[str], tuple[str, bool]]) -> int:
    """Print the answer to `asked`, or with "-" to each line of standard input; 2 when every one was bad input.

    `answer` gives the line to print and whether the text could be used.
    """
    many = asked == "-"
    texts: Iterable[str] = _lines() if many else [asked]
    used = []
    for text in texts:
        line, is_used = answer(text)
        print(line, flush=many)
        used.append(is_used)
    return 0 if any(used) or not used else 2


def _lines() -> Iterator[str]:
    """The lines of standard input, in UTF-8 or, each that is none, as Windows writes Russian."""
    source: Iterable[str | bytes] = getattr(sys.stdin, "buffer", sys.stdin)
    for number, line in enumerate(source):
        text = _decoded(line)
        yield (text if number else text.removeprefix("\ufeff")).rstrip("\r\n")


def _decoded(line: str | bytes) -> str:
    if isinstance(line, str):
        return line
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1251", "replace")
