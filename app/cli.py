"""The command line: cur-desk opens the desk; its commands import, check, count and show."""

import os
import sys
from argparse import SUPPRESS, Namespace
from collections.abc import Sequence
from typing import Any

from app.commands.arguments import BAD_INPUT, Parser
from app.settings import LANGUAGES, Settings, read_settings
from app.texts import tr, use_language

FAILED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 not possible now, 2 bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Cyrillic must not end a command
    try:
        _speak(arguments)
        args = _parser().parse_args(arguments)
        code: int = args.run(args)
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output left early: head, less
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        said = _said(error)
        if said is None:
            raise
        code, sentence = said
        print(sentence, file=sys.stderr)
        return code


def _speak(arguments: list[str]) -> None:
    """Choose the language before the parser is made: its help is in that language too."""
    parser = Parser()
    parser.add_argument("--language", default=os.environ.get("CUR_DESK_LANGUAGE", "ru"))
    known = [word for word in arguments if word not in ("-h", "--help")]
    language = parser.parse_known_args(known)[0].language
    if language not in LANGUAGES:
        parser.error(f"argument --language: invalid choice: {language!r} (choose from {', '.join(LANGUAGES)})")
    use_language(language)


def _said(error: Exception) -> tuple[int, str] | None:
    """Exit code and sentence for a foreseen error, None for one that nobody foresaw."""
    from app.texts.intake import explain_table_error
    from app.texts.refusals import explain

    kind = type(error).__name__
    if kind == "TableError":
        return BAD_INPUT, explain_table_error(error)  # type: ignore[arg-type]
    refusal: Any = getattr(error, "refusal", error)
    if not (hasattr(refusal, "code") and hasattr(refusal, "params")):
        return None
    return FAILED if kind == "DatabaseUnavailable" else BAD_INPUT, explain(refusal)


def settings_of(args: Namespace) -> Settings:
    """The settings that the options and the environment give."""
    return read_settings(args.database, args.data, os.environ)


# ----- arguments


def _parser() -> Parser:
    parser = Parser(prog="cur-desk", description=tr("The desk of a regional government centre's curator."))
    _add_common(parser, default=None)
    parser.set_defaults(run=_desk)
    commands = parser.add_subparsers(
        title=tr("commands"), metavar=tr("command"), parser_class=Parser, prog="cur-desk"
    )
    for name, about, add, run in (
        ("desk", tr("open the desk (default)"), _no_options, _desk),
        ("open", tr("open a case by its link, in the desk that runs already where one does"), _open_options, _open),
        ("demo", tr("open the desk on the demo region, in a file of its own"), _demo_options, _demo),
        ("wall", tr("the wall: queues and limits of the region on a whole screen"), _wall_options, _wall),
        ("demo-day", tr("play a demo day without a screen; pictures of each step"), _demo_day_options, _demo_day),
        ("clocks", tr("due times of all clocks from given moments"), _clocks_options, _clocks),
        ("url", tr("what a link leads to: network, kind, canonical link"), _url_options, _url),
        ("screen", tr("words of cl. 20 in a text: obscene, insulting, threats"), _screen_options, _screen),
        ("import", tr("take in messages from a CSV or Excel file"), _import_options, _import),
        ("surges", tr("try the noticing of surges on a file of past messages"), _surges_options, _surges),
        ("report", tr("the report of a month, a week or any days, as a workbook or data"), _report_options, _report),
        ("kin", tr("try the search for repeats on past messages"), _kin_options, _kin),
        ("suggest", tr("try the suggestions of topic and agency on past decisions"), _suggest_options, _suggest),
        ("alerts", tr("figures of alerts for any month, played again"), _alerts_options, _alerts),
        ("networks", tr("reads the connected networks, sends approved answers"), _networks_options, _networks),
        ("worker", tr("background work without a window, one at a time"), _worker_options, _worker),
        ("db", tr("check, upgrade or name the database"), _db_options, _db),
        ("diagnostics", tr("what helps support, without names and texts"), _diagnostics_options, _diagnostics),
    ):
        command = commands.add_parser(name, help=about, description=about)
        _add_common(command, default=SUPPRESS)
        add(command)
        command.set_defaults(run=run)
    return parser


def _add_common(parser: Parser, default: Any) -> None:
    group = parser.add_argument_group(tr("where"))
    place, folder = tr("URL|FILE"), tr("FOLDER")
    group.add_argument("--database", metavar=place, default=default, help=tr("the database instead of the usual one"))
    group.add_argument("--data", metavar=folder, default=default, help=tr("where the program keeps its data"))
    group.add_argument("--language", metavar="ru|en", default=default, help=tr("the language to speak"))


def _no_options(parser: Parser) -> None:
    """The command takes nothing of its own."""


def _open_options(parser: Parser) -> None:
    parser.add_argument("link", metavar=tr("LINK"), nargs="?", default="", help="cur-desk://case/46-2026-004217")


def _demo_options(parser: Parser) -> None:
    about = tr("make the demo region anew, without what was done in it")
    parser.add_argument("--anew", action="store_true", help=about)


def _demo_day_options(parser: Parser) -> None:
    parser.add_argument("folder", metavar=tr("FOLDER"), nargs="?", default="demo-day", help=tr("where pictures go"))
    parser.add_argument("--folder", dest="folder", metavar=tr("FOLDER"), default=SUPPRESS, help=tr("the same"))


def _wall_options(parser: Parser) -> None:
    number, name = tr("NUMBER"), tr("NAME")
    for option, metavar, kind, about in (
        ("--name", name, str, tr("the screen whose settings are kept under this name")),
        ("--screen", number, int, tr("on which screen, counted from 1")),
        ("--scale", number, float, tr("size of everything: 0.7 to 1.5, larger is read from farther away")),
        ("--page-seconds", number, int, tr("how long a page stands; 0 turns none")),
        ("--refresh-seconds", number, int, tr("how often data are read: 2 to 60")),
        ("--theme", "dark|light", str, tr("the look")),
        ("--sound", "on|off", str, tr("sound when a limit is breached")),
    ):
        parser.add_argument(option, metavar=metavar, type=kind, help=about)
    parser.add_argument("--agencies", metavar=name, nargs="+", help=tr("only these agencies, by their short names"))
    parser.add_argument("--window", action="store_true", help=tr("in a window, not on the whole screen"))
    parser.add_argument("--demo", action="store_true", help=tr("of the demo region, made where missing"))


def _clocks_options(parser: Parser) -> None:
    moment = tr("TIME")
    parser.add_argument("--regulation", required=True, metavar="kursk|kuzbass|FILE.toml", help=tr("by which act"))
    parser.add_argument("--importance", default="normal", metavar="normal|high", help=tr("category of importance"))
    parser.add_argument("--channel", metavar=tr("KIND"), help=tr("kind of source, where a limit has its own for it"))
    for name, about in (
        ("--detected", tr("detected by a curator: route, answer")),
        ("--received", tr("received by a single agency: return, draft")),
        ("--leg-received", tr("received by an agency of several: return, link")),
        ("--returned", tr("returned to the curator: reroute")),
        ("--submitted", tr("draft submitted: approve")),
        ("--rework-at", tr("sent to rework: rework")),
        ("--approved", tr("approved: publish")),
        ("--interim-at", tr("interim answer published: final")),
        ("--information-at", tr("information of an agency of several sent: pass_on")),
        ("--clarification-at", tr("request to the author published: await_author")),
        ("--significant-at", tr("marked as socially significant: governor")),
    ):
        parser.add_argument(name, metavar=moment, help=about)
    parser.add_argument("--last-leg", action="store_true", help=tr("with --leg-received: the last agency, also draft"))
    parser.add_argument("--agreed", metavar=tr("DATE"), help=tr("with --interim-at: agreed date of the final answer"))
    parser.add_argument("--plain-hours", metavar="clock|working", help=tr("how limits not called working are counted"))
    parser.add_argument("--boundary", metavar="end|next", help=tr("a limit that ends with the working day is due at"))
    _add_json(parser)


def _url_options(parser: Parser) -> None:
    parser.add_argument("link", metavar=tr("LINK"), help=tr("a link, or - to read one a line from standard input"))
    _add_json(parser)


def _screen_options(parser: Parser) -> None:
    parser.add_argument("text", metavar=tr("TEXT"), help=tr("a text, or - to read one a line from standard input"))
    parser.add_argument("--rate", action="store_true", help=tr("TEXT is a CSV file: how many messages are marked"))
    _add_json(parser)


def _import_options(parser: Parser) -> None:
    parser.add_argument("file", metavar=tr("FILE"), help=tr("a CSV or Excel (.xlsx) file"))
    parser.add_argument(
        "--as-detected", action="store_true", help=tr("rows that say when they were detected go to the inbox")
    )
    parser.add_argument("--person", metavar=tr("LOGIN"), help=tr("who imports; the first curator if not said"))
    parser.add_argument("--zone", metavar=tr("ZONE"), help=tr("zone of times without one; the region's if not said"))
    parser.add_argument("--refused", metavar=tr("FILE"), help=tr("write refused rows to this CSV file"))
    _add_json(parser)


def _db_options(parser: Parser) -> None:
    deeds = ("create", "verify", "upgrade", "path", "init", "check", "backup", "restore", "copy", "export")
    parser.add_argument("what", metavar="|".join(deeds), choices=deeds)
    target = tr("init, copy: the server's postgresql://… ; backup, restore: the file; export: a new folder")
    parser.add_argument("target", metavar="URL|FILE", nargs="?", default="", help=target)
    parser.add_argument("--login", default="admin", metavar=tr("LOGIN"), help=tr("for init: the first sign-in"))
    parser.add_argument("--regulation", default="kursk", metavar="kursk|kuzbass", help=tr("for create: by which act"))
    parser.add_argument("--curator", default=tr("Curator"), metavar=tr("NAME"), help=tr("for create, init: who"))
    _add_json(parser)


def _diagnostics_options(parser: Parser) -> None:
    about = tr("where to; to the screen if not said")
    parser.add_argument("file", nargs="?", default="", metavar=tr("FILE"), help=about)


def _networks_options(parser: Parser) -> None:
    deeds = ("collect", "publish", "status", "token")
    about = tr("collect reads what is due; publish sends what waits; token keeps a token read from standard input")
    parser.add_argument("action", metavar="|".join(deeds), choices=deeds, help=about)
    parser.add_argument("connection", nargs="?", metavar=tr("NAME"), help=tr("for token: the connection's name"))
    parser.add_argument("token", nargs="?", metavar="group_token|bot_token|…", help=tr("for token: which one"))
    parser.add_argument("--person", metavar=tr("LOGIN"), help=tr("in whose name; the first curator if not said"))
    _add_json(parser)


def _alerts_options(parser: Parser) -> None:
    parser.add_argument("action", choices=("replay",), help=tr("play the month's clocks by today's rules of alerting"))
    parser.add_argument("--month", required=True, metavar=tr("MONTH"), help=tr("the month, for example 2026-10"))
    _add_json(parser)


def _worker_options(parser: Parser) -> None:
    about = tr("run works until it is stopped; status tells who works and what was done")
    parser.add_argument("what", metavar="run|status", choices=("run", "status"), nargs="?", default="run", help=about)
    _add_json(parser)


def _surges_options(parser: Parser) -> None:
    file, number = tr("FILE"), tr("NUMBER")
    parser.add_argument("action", choices=("evaluate",), help=tr("play the file hour by hour and judge the alarms"))
    parser.add_argument("file", metavar=file, help=tr("messages: a CSV with time, topic and place; .gz too"))
    parser.add_argument("--events", metavar=file, help=tr("surges known to have been: begin, end, topic, place"))
    parser.add_argument("--begin", metavar=tr("DATE"), help=tr("judge from this day on"))
    parser.add_argument("--end", metavar=tr("DATE"), help=tr("judge up to this day"))
    parser.add_argument("--zone", metavar=tr("ZONE"), help=tr("the time zone of times without one"))
    for part in ("time", "topic", "place", "author", "text", "address"):
        parser.add_argument(f"--{part}-column", metavar=tr("NAME"), help=tr("the column of: {part}", part=part))
    parser.add_argument("--false-alarms", type=float, metavar=number, help=tr("false alarms allowed in a week"))
    parser.add_argument("--least-messages", type=int, metavar=number, help=tr("fewer messages are no surge"))
    parser.add_argument("--least-growth", type=float, metavar=number, help=tr("less growth is no surge"))
    _add_json(parser)


def _kin_options(parser: Parser) -> None:
    parser.add_argument("action", choices=("evaluate",), help=tr("look for the kin of each message among those before"))
    parser.add_argument("file", metavar=tr("FILE"), help=tr("messages: a CSV with text, time, address, topic; .gz too"))
    parser.add_argument("--with-address", action="store_true", help=tr("the search sees the file's address too"))
    _add_json(parser)


def _suggest_options(parser: Parser) -> None:
    file = tr("FILE")
    parser.add_argument("action", choices=("evaluate",), help=tr("learn from one file, judge on the other"))
    parser.add_argument("--train", required=True, metavar=file, help=tr("decisions to learn from: text, topic, agency"))
    judged = parser.add_mutually_exclusive_group(required=True)
    judged.add_argument("--test", metavar=file, help=tr("decisions to judge on, with the same columns"))
    folds = tr("judge each of so many parts of the one file by what the others teach")
    judged.add_argument("--folds", type=int, choices=range(2, 21), metavar="2–20", help=folds)
    _add_json(parser)


def _add_json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help=tr("answer as JSON"))


def _report_options(parser: Parser) -> None:
    kinds = ("month", "week", "period")
    parser.add_argument("kind", choices=kinds, metavar="month|week|period", help=tr("of what the report is"))
    days = tr("2026-10, any day of a week, or the first and the last day")
    parser.add_argument("days", nargs="*", metavar=tr("DAYS"), help=days)
    parser.add_argument("-o", "--output", metavar=tr("FILE.xlsx"), help=tr("write the workbook here"))
    parser.add_argument("--keep", action="store_true", help=tr("freeze the report among those made"))
    parser.add_argument("--person", metavar=tr("LOGIN"), help=tr("in whose name; the first curator if not said"))
    parser.add_argument("--json", action="store_true", help=tr("all figures as JSON"))


# ----- commands: each imports what it needs only when it runs


def _clocks(args: Namespace) -> int:
    from app.commands.clocks import show_clocks

    return show_clocks(args)


def _url(args: Namespace) -> int:
    from app.commands.url import show_links

    return show_links(args)


def _screen(args: Namespace) -> int:
    from app.commands.screen import show_flags

    return show_flags(args)


def _import(args: Namespace) -> int:
    from app.commands.importing import run_import

    return run_import(args, settings_of(args))


def _surges(args: Namespace) -> int:
    from app.commands.surges import run_surges

    return run_surges(args)


def _report(args: Namespace) -> int:
    from app.commands.reports import run_report

    return run_report(args, settings_of(args))


def _kin(args: Namespace) -> int:
    from app.commands.kin import run_kin

    return run_kin(args)


def _suggest(args: Namespace) -> int:
    from app.commands.suggest import run_suggest

    return run_suggest(args)


def _networks(args: Namespace) -> int:
    from app.commands.networks import run_networks

    return run_networks(args, settings_of(args))


def _alerts(args: Namespace) -> int:
    from app.commands.alerts import run_alerts

    return run_alerts(args, settings_of(args))


def _worker(args: Namespace) -> int:
    from app.commands.worker import run_worker

    return run_worker(args, settings_of(args))


def _db(args: Namespace) -> int:
    from app.commands.database import run_db

    return run_db(args, settings_of(args))


def _diagnostics(args: Namespace) -> int:
    from app.commands.diagnostics import run_diagnostics

    return run_diagnostics(args.file, settings_of(args))


def _desk(args: Namespace) -> int:
    from app.commands.desk import open_desk

    return open_desk(settings_of(args), args.language)


def _open(args: Namespace) -> int:
    from app.commands.desk import open_desk

    return open_desk(settings_of(args), args.language, args.link)


def _demo(args: Namespace) -> int:
    from app.commands.desk import open_demo

    return open_demo(settings_of(args), args.anew, args.language)


def _wall(args: Namespace) -> int:
    from app.commands.wall import show_wall

    return show_wall(args, settings_of(args))


def _demo_day(args: Namespace) -> int:
    from app.commands.desk import play_demo_day

    return play_demo_day(args.folder)
