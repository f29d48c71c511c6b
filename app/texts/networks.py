"""Words about networks and the outbox: names, what went wrong and how to mend it, states, gaps, settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.errors import Refusal
from app.texts import mark, tr, trn
from app.texts.moments import moment_since, near_moment

NETWORK_NAMES = {
    "vk": mark("VKontakte"),
    "telegram": "Telegram",
    "youtube": "YouTube",
    "ok": mark("Odnoklassniki"),
    "max": "MAX",
    "feed": mark("Feed (RSS, Atom)"),
    "tiktok": "TikTok",
    "whatsapp": "WhatsApp",
    "viber": "Viber",
    "dzen": mark("Dzen"),
    "rutube": "Rutube",
}

# What went wrong, and what to do about it, by the code of a fault.
_FAULTS = {
    "network_refused": mark(
        "The network refused and gave no reason that the program knows (No. {number}). Look at the page in the "
        "network itself."
    ),
    "asked_too_often": mark("The network asks for a pause. The program goes on by itself."),
    "quota_used": mark("The day's allowance of the network is used up. The program goes on by itself after {until}."),
    "token_refused": mark(
        "The network does not accept the token: it is withdrawn or has expired. Make a new one and enter it on "
        "the page «Networks»."
    ),
    "signature_wrong": mark(
        "The network does not accept the signature: check the application's key and secret on the page "
        "«Networks»."
    ),
    "token_of_wrong_kind": mark("This token cannot do that; needed is: {kind}. Enter it on the page «Networks»."),
    "no_rights": mark(
        "The account has no right to this here. Give it the right in the network, or place the answer by hand."
    ),
    "private_messages_closed": mark("This person takes no private messages from the community."),
    "put_out": mark("The bot was put out of the group. Ask the group's administrator to take it in again."),
    "answers_not_tried": mark(
        "Whether the program may answer comments here was not tried yet: place the answer by hand, or have the "
        "administrator switch it on."
    ),
    "answered_by_hand_only": mark(
        "The message's link does not tell the program where to answer: place the answer by hand."
    ),
    "only_by_hand": mark("This site takes answers from people only: place the answer by hand."),
    "no_own_page": mark("The program cannot write on a page of its own here."),
    "channel_not_set": mark("The agency's own channel is not set: enter it on the page «Networks»."),
    "channel_without_group": mark("The channel has no group for comments any more."),
    "target_gone": mark("The message is not there any more: it was deleted, or hidden."),
    "chat_gone": mark("The network knows no such chat: it was deleted, or the bot is not in it."),
    "channel_unknown": mark("The network knows no such channel: check its number on the page «Networks»."),
    "feed_gone": mark("There is no feed at this address any more: check the address."),
    "comments_closed": mark("Comments are closed here."),
    "page_closed": mark("The page is closed to the program: it asks for a sign-in."),
    "text_rejected": mark(
        "The network does not take this text. Place the answer by hand, or correct it and have it approved anew."
    ),
    "file_rejected": mark("The network does not take the file “{name}”: place the answer by hand."),
    "file_worked_on": mark("The network is still working on the files. The program goes on by itself."),
    "files_not_taken": mark("The network takes no such files here."),
    "text_too_long": mark("The text is too long for the network. Correct it and have it approved anew."),
    "links_forbidden": mark(
        "Links are forbidden here. Correct the text and have it approved anew, or place the answer elsewhere."
    ),
    "person_needed": mark(
        "The network asks a person to confirm something: open it and do what it asks, then send again."
    ),
    "captcha": mark(
        "The network shows a captcha: open it in the browser under this account, answer it, then send again."
    ),
    "account_not_eligible": mark(
        "The account must be joined with a channel first: sign in to the network and make one."
    ),
    "another_reader": mark("Another program reads the same bot's updates: switch one of the two off."),
    "webhook_active": mark("The bot's updates go to a web address (webhook): switch that off, then they come here."),
    "not_reached": mark(
        "{host} is not reached: there is no connection, or it is blocked here. Set a proxy, or wait."
    ),
    "name_not_resolved": mark("The name {host} is not found: check the address and the connection."),
    "certificate_unknown": mark(
        "The certificate of {host} is not trusted on this computer, nothing was sent. If the network is to be trusted, "
        "the administrator adds its authority (for Russian networks the root certificate of Минцифры) to the system."
    ),
    "connection_cut": mark("The connection to {host} was cut off. The program tries again by itself."),
    "network_broken": mark("{host} answers with an error of its own ({status}). The program tries again by itself."),
    "proxy_not_reached": mark("The proxy does not let the program through: check its address and password."),
    "proxy_malformed": mark("The proxy's address cannot be read: it looks like socks5://host:port."),
    "answer_unreadable": mark(
        "The answer cannot be read: it is not what the network's documentation promises. The program tries again "
        "by itself."
    ),
    "answer_too_long": mark("The answer is longer than {limit} bytes and was not read."),
    "login_page": mark(
        "Instead of the network a sign-in page answered: the provider or the house's network asks for a sign-in. "
        "Sign in there, or set a proxy."
    ),
    "no_feed": mark("There is no feed at this address: neither RSS nor Atom."),
    "host_not_listed": mark("{host} is not on the list of hosts that the program may contact. Nothing was sent."),
    "host_private": mark(
        "{host} leads into an inner network or to this computer: the program does not go there. Nothing was sent."
    ),
    "host_without_tls": mark(
        "{host} is asked without encryption: the program does not send tokens so. Nothing was sent."
    ),
    "outcome_unknown": mark(
        "The connection broke off while it was sent: whether it stands there is not known. The program looks; it "
        "does not send it again by itself."
    ),
    "not_found_yet": mark("It was looked for and is not there yet. The program looks again."),
    "not_found": mark(
        "It was looked for and is not there. Look yourself: if it is not there, send it again; if it is, record "
        "its link."
    ),
    "not_read_back": mark(
        "The program cannot look here by itself. Look whether the answer stands there: record its link, or send "
        "it again."
    ),
}

# Refusals of the services of networks and the outbox.
REFUSALS = {
    "connector_unknown": mark("There is no connection “{name}”. cur-desk networks status lists them."),
    "number_unreadable": mark("{value} is no whole number."),
    "connector_setting_missing": mark("This is needed: {setting}."),
    "connector_id_malformed": mark("“{value}” is not what is asked for here. It looks like this: {example}."),
    "token_malformed": mark("{token}: a key has no spaces and no quotation marks. Copy it anew, alone and whole."),
    "connector_host_unknown": mark("{value} is no host of this network. Known are: {hosts}."),
    "connector_too_often": mark(
        "Every {least} to {most} minutes is possible: the network allows only so many searches a day (phrases: "
        "{phrases})."
    ),
    "connector_of_another_network": mark("A connection stays in its network: add another one."),
    "proxy_malformed": mark("The proxy's address cannot be read: it looks like socks5://host:port."),
    "proxy_with_password": mark("The proxy's password does not belong into its address: enter it in its own field."),
    "tokens_readable": mark("{path} holds tokens and can be read by others: chmod 600 mends it. No token was read."),
    "tokens_not_kept": mark("The token could not be kept in {path}: {detail}."),
    "outbox_by_hand": mark(
        "In this network an answer is placed by hand: the program copies the text and opens the page."
    ),
    "outbox_no_connection": mark(
        "No connection that may answer here: an administrator adds it on the page «Networks» and sets the "
        "network to automatic."
    ),
    "outbox_files_own_page": mark(
        "Files do not go with an answer in place there: the program can send it on the agency's own page."
    ),
    "outbox_with_files": mark(
        "The answer has files: in this network the program sends text only, so place it by hand."
    ),
    "outbox_text_beside_files": mark(
        "Beside files the network takes a text of {limit} characters at most, this one has {length}: place it by hand."
    ),
    "outbox_file_too_big": mark("“{name}” is bigger than the {limit} MB that the network takes: place it by hand."),
    "outbox_files_mixed": mark(
        "The network takes at most {limit} pictures and videos, or one document, with an answer: place it by hand."
    ),
    "outbox_file_kind": mark(
        "With an answer the network takes pictures (JPEG, PNG) only, “{name}” is none: place it by hand."
    ),
    "outbox_too_many_files": mark("The network takes at most {limit} files with an answer: place it by hand."),
    "outbox_ordered_already": mark("This answer is on its way already: see the page «Outbox»."),
    "outbox_too_late": mark("Too late: it was sent meanwhile, or somebody took it back."),
    "not_approved": mark("This text is not (or not any more) the one a curator approved: nothing was sent."),
    "own_page_not_approved": mark("A text for the agency's own page was not approved: nothing was sent."),
    "approved_files_changed": mark(
        "The files kept differ from those of the approved answer: nothing was sent. Tell the administrator: "
        "cur-desk db verify."
    ),
    "approved_text_changed": mark(
        "The text kept differs from the one that the curator approved: nothing was sent. Tell the administrator: "
        "cur-desk db verify."
    ),
}

_GAPS = {
    "search_too_many": mark("more was found than the network gives: narrow the phrases"),
    "history_lost": mark("the network lost the history of events"),
    "away_too_long": mark("the program did not ask for longer than the network keeps"),
    "updates_skipped": mark("the network's numbering jumped: some updates did not come"),
    "too_many": mark("more was written than one run may read"),
    "feed_ran_over": mark("the feed holds nothing seen before: entries may have been missed"),
}

WARNINGS = {
    "put_out": mark("The bot was put out of a group."),
    "link_left_out": mark("An entry's link leads nowhere that may be opened: it was left out."),
}

SETTINGS = {
    "group_id": mark("Number of the community (group)"),
    "phrases": mark("Phrases to search for, one a line"),
    "channel": mark("Own channel (@name), where answers may stand"),
    "channel_id": mark("Channel (UC…)"),
    "application_key": mark("Public key of the application"),
    "comments_tried": mark("answers to comments were tried"),
    "api_host": mark("Host of the interface, where the network gave another"),
    "chat_id": mark("Own channel: number of the chat"),
    "url": mark("Address of the feed"),
}

# What stands beneath a setting.
SETTING_NOTES = {
    "api_host": mark(
        "Only where the network says so. The root certificate of Минцифры must then be trusted by the system."
    ),
    "comments_tried": mark("Mark it when an answer with this key was seen under a comment."),
}

TOKENS = {
    "group_token": mark("Token of the community"),
    "service_token": mark("Service token of the application"),
    "user_token": mark("Token of a person who administers the community: photos on walls"),
    "bot_token": mark("Token of the bot"),
    "api_key": mark("Key for reading"),
    "client_id": mark("Client ID"),
    "client_secret": mark("Client secret"),
    "refresh_token": mark("Refresh token of the channel's owner"),
    "access_token": mark("Token of the group's owner"),
    "application_secret": mark("Secret key of the application"),
    "proxy_password": mark("Password of the proxy"),
}
# Where a token is had from: whoever connects a network does it once and has no reason to know. A name that means
# another thing in each network stands behind the network's.
TOKEN_NOTES = {
    "group_token": mark("In the community: Manage → API usage → Access tokens; rights to manage, messages and wall."),
    "service_token": mark("In the settings of an application on dev.vk.com: Service access key."),
    "telegram.bot_token": mark("@BotFather gives it in Telegram when the bot is made."),
    "max.bot_token": mark("In the bot's settings on business.max.ru."),
    "ok.bot_token": mark("In the group: Settings → Messages → API → Get an access key."),
    "api_key": mark("In the Google Cloud console: APIs and services → Credentials → API key."),
    "client_id": mark("In the Google Cloud console: APIs and services → Credentials → OAuth client."),
    "access_token": mark("In the settings of an application of Odnoklassniki, with the application's secret key."),
}

# What a test of a connection found to be impossible.
CANNOT = {
    "search_and_walls": mark("no search and no reading of comments: a service token is needed"),
    "answers": mark("no answers: the owner's token is needed"),
    "wall": mark("no comments and posts: the token lacks the right to the wall"),
    "messages": mark("no private messages: the token lacks the right"),
    "manage": mark("no events of the community: the token lacks the right to manage it"),
    "all_messages": mark(
        "in groups the bot hears only what is said to it: make it an administrator there, or switch its privacy "
        "mode off"
    ),
    "comments": mark("no comments: the token of the group's owner is needed"),
    "empty": mark("the feed is empty now"),
}

STATES = {
    "waiting": mark("waits"),
    "sending": mark("is being sent"),
    "sent": mark("stands there"),
    "check": mark("to be checked"),
    "failed": mark("a person is needed"),
    "cancelled": mark("taken back"),
    "done": mark("published"),
}

RUNGS = {"reply": mark("in place"), "own_page": mark("on the agency's own page")}


def network_name(code: str) -> str:
    """A network's name."""
    return tr(NETWORK_NAMES.get(code, code))


def fault_words(code: str, params: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> str:
    """What went wrong and how to mend it; also for refusals kept with a dispatch or a run."""
    source = _FAULTS.get(code)
    if source is None:
        return _refused_words(code, params, zone)
    shown = {name: _shown(name, value, zone, now) for name, value in params.items()}
    return tr(source, **dict.fromkeys(("number", "host", "kind", "until", "status"), "—") | shown)


def _refused_words(code: str, params: Mapping[str, Any], zone: ZoneInfo) -> str:
    from app.texts.refusals import explain  # which knows the refusals of this module

    try:
        return explain(Refusal(code, params), zone)
    except (KeyError, ValueError):
        return tr("Not done: {code}.", code=code)


def fault_reason(code: str) -> str:
    """The technical reason why an answer does not stand in place (п. 14), short enough for the record."""
    source = _FAULTS.get(code, "")
    words = tr(source) if source else tr("it was not possible in place")
    return words.split(". ")[0].split(": ")[0].rstrip(".")


def _shown(name: str, value: Any, zone: ZoneInfo, now: datetime) -> str:
    if name == "kind" and value in TOKENS:
        return tr(TOKENS[value])
    if name == "until":
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return near_moment(moment, now, zone)
    return str(value)


def silence_words(network: str, name: str, since: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """ "ВКонтакте, «ЦУР»: новых сообщений нет с 09:30, подключение не работает."."""
    named = {"network": network_name(network), "name": name}
    if since is None:
        return tr("{network}, “{name}”: the connection does not work, no messages have come by it yet.", **named)
    moment = moment_since(since, now, zone)
    return tr("{network}, “{name}”: the connection does not work, no messages since {moment}.", moment=moment, **named)


def gap_words(reason: str, since: datetime | None, until: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """ "с 12:00 до 15:30 сообщения могли не прийти: …"."""
    why = tr(_GAPS.get(reason, reason))
    if since is None or until is None:
        return tr("Messages may be missing: {why}.", why=why)
    begin, end = moment_since(since, now, zone), moment_since(until, now, zone)
    return tr("From {since} to {until} messages may be missing: {why}.", since=begin, until=end, why=why)


def run_words(last: Mapping[str, Any]) -> str:
    """What the last run brought: "12 новых, 3 известных"."""
    parts = [trn("{n} new", "{n} new", last.get("new", 0)), trn("{n} known", "{n} known", last.get("known", 0))]
    if last.get("changed"):
        parts.append(trn("{n} edited or deleted", "{n} edited or deleted", last["changed"]))
    if last.get("refused"):
        parts.append(trn("{n} not taken", "{n} not taken", last["refused"]))
    return ", ".join(parts)


def skew_words(minutes: int, undated: int) -> str:
    """That the network's clock and ours differ, and what was done about it."""
    words = ""
    if minutes:
        hours, rest = divmod(abs(minutes), 60)
        apart = tr("{hours} h {minutes} min", hours=hours, minutes=rest)
        way = tr("ahead of") if minutes > 0 else tr("behind")
        words = tr("The network's clock is {apart} {way} ours: check the time of this computer.", apart=apart, way=way)
    if undated:
        said = trn(
            "{n} message came from the future and was taken in without its time.",
            "{n} messages came from the future and were taken in without their time.", undated,
        )  # fmt: skip
        words = f"{words} {said}".strip()
    return words


def check_words(name: str, cannot: tuple[str, ...]) -> str:
    """What a test of a connection found."""
    words = tr("The connection works: {name}.", name=name) if name else tr("The connection works.")
    return " ".join([words, *(f"{tr(CANNOT.get(code, code))}." for code in cannot)])


def token_note(network: str, name: str) -> str:
    """Where a network's token is had from, "" where that is plain."""
    note = TOKEN_NOTES.get(f"{network}.{name}") or TOKEN_NOTES.get(name)
    return tr(note) if note else ""
