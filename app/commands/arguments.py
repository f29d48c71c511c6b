"""An argument parser that speaks the program's language: its headings and its complaints."""

import re
from argparse import SUPPRESS, ArgumentParser, HelpFormatter
from typing import Any, NoReturn

from app.texts import mark, tr

BAD_INPUT = 2

# What argparse complains of, by the shape of its English sentence; anything else is told as it is.
_COMPLAINTS = (
    (re.compile(r"the following arguments are required: (?P<names>.+)"), mark("Missing: {names}.")),
    (re.compile(r"unrecognized arguments: (?P<names>.+)"), mark("Nobody knows the argument {names}.")),
    (re.compile(r"argument (?P<names>\S+).*: expected .+"), mark("{names} needs a value.")),
    (
        re.compile(r"argument (?P<names>\S+).*: invalid choice: (?P<value>'.*?'|\S+) \(choose from (?P<known>.+)\)"),
        mark("{names} cannot be {value}. Known: {known}."),
    ),
    (re.compile(r"ambiguous option: (?P<names>\S+) could match (?P<known>.+)"), mark("{names} is short for {known}.")),
)


class Formatter(HelpFormatter):
    """Help with a translated "usage"."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, tr("usage: ") if prefix is None else prefix)


class Parser(ArgumentParser):
    """Argparse with translated headings; a mistake ends with one sentence on stderr and exit code 2."""

    def __init__(self, **options: Any) -> None:
        own: dict[str, Any] = {"formatter_class": Formatter, "add_help": False, "allow_abbrev": False}
        super().__init__(**own | options)
        self._positionals.title = tr("arguments")
        self._optionals.title = tr("options")
        self.add_argument("-h", "--help", action="help", default=SUPPRESS, help=tr("show this help"))

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{_complaint(message)}\n{tr('Help: {command} --help', command=self.prog)}\n")


def _complaint(message: str) -> str:
    for pattern, sentence in _COMPLAINTS:
        if match := pattern.fullmatch(message):
            return tr(sentence, **match.groupdict())
    return message
