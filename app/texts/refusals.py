"""Refusals of the rules in words: one sentence for each code."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.regulation.workflow import DraftKind, State
from app.texts import mark, tr
from app.texts.inspecting import INSPECTIONS
from app.texts.moments import day, full_moment
from app.texts.networks import REFUSALS as NETWORK_REFUSALS
from app.texts.networks import SETTINGS, TOKENS
from app.texts.words import act_name, draft_name, role_name, state_name


class Refusal(Protocol):
    """Anything that says what was refused by a code and its facts."""

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, Any]: ...


_SENTENCES = {
    "calendar_year_not_loaded": mark(
        "The production calendar for {year} is not loaded (loaded: {first}–{last}). "
        "Load it in the settings: due times that reach into that year cannot be computed."
    ),
    "calendar_no_working_time": mark("The calendar has no working time: set the working hours."),
    "moment_without_zone": mark("The date and time {moment} have no time zone."),
    "pause_reversed": mark("The pause ends ({end}) before it starts ({start})."),
    "value_invalid": mark("{source}: {key} = {value} does not fit. Allowed: {allowed}."),
    "key_missing": mark("{source}: {key} is missing. Allowed: {allowed}."),
    "file_broken": mark("{source}: the file cannot be read: {detail}"),
    # columns of a table taken in
    "mapping_without_text": mark("Say which column holds the text of the message."),
    "mapping_twice": mark("The column “{column}” is given to two fields: leave it to one of them."),
    "mapping_changed": mark("Somebody else saved these columns meanwhile: look at theirs, then choose anew."),
    # regulations
    "rules_changed_meanwhile": mark(
        "Somebody else changed these rules meanwhile: look at them as they are now, then make your change anew."
    ),
    "version_of_another_act": mark(
        "regulation.key = {key}: this is another act. A version of this region's act has the key “{expected}”."
    ),
    "version_of_another_region": mark(
        "{key} = {value}: this is another region. Here it is “{expected}”, and a new version keeps it."
    ),
    "version_not_newer": mark("regulation.version = {version} is there already. Number the new version {next}."),
    "version_date_not_later": mark(
        "regulation.effective_from = {date} is not later than the version before it ({last}). "
        "Give the day from which new messages count by it; to change open cases too, correct the version in force."
    ),
    "repeat_by_another": mark(
        "{number} was written by somebody else, and here a repeat is by the same author only: work on this as new."
    ),
    "opened_before": mark("Somebody of the agency has opened this message already."),
    "regulation_unknown": mark("There is no regulation “{key}”. Known: {known}."),
    # acts
    "act_not_in_state": mark("Not possible now: the case is in the state “{state}”."),
    "another_draft": mark("What is under review now is: {draft_kind}."),
    "already_significant": mark("Already marked as socially significant."),
    "not_significant": mark("The case is not marked as socially significant."),
    "role_may_not": mark("The role needed: {roles}. Ask whoever has it; the administrator gives roles."),
    "another_agency": mark("The case is with another agency."),
    "not_of_the_agency": mark("This person is not an executor of the agency that the case is with."),
    "own_draft": mark("Nobody approves their own draft: ask another curator."),
    "case_unknown": mark("There is no such case in this database."),
    "link_unknown": mark("There is no card with this link: {link}"),
    "changed_meanwhile": mark("{who} acted meanwhile: {act}, {at}. The card was read anew; your text is kept."),
    "undo_too_late": mark("Not taken back: {who} acted meanwhile: {act}, {at}."),
    "acted_meanwhile": mark("{who} acted meanwhile: {act}, {at}."),
    "draft_replaced": mark("There is a newer version of the draft: close this and look at it first."),
    "agency_changed": mark("The case is with another agency now: {agency}."),
    "act_id_taken": mark("This act was already saved for another case."),
    "happens_when_saved": mark("This act happens when it is saved: its time cannot be set."),
    "register_collided": mark("Other desks are taking in the same messages just now. Repeat in a minute."),
    "message_known": mark("This message is known already: case {number}."),
    # what an act needs
    "none_can_go": mark("None of the chosen messages can be sent now."),
    "too_many_together": mark("At most {most} messages go at once."),
    "topic_missing": mark("Choose a topic."),
    "location_missing": mark("Choose a location."),
    "topic_register_bare": mark(
        "The register has no topic yet. An administrator adds them: Registers, Topics; also from a file."
    ),
    "location_register_bare": mark(
        "The register has no place yet. An administrator adds them: Registers, Places; also from a file."
    ),
    "agency_register_bare": mark("The register has no agency yet. An administrator adds them: Registers, Agencies."),
    "source_missing": mark("Choose where the message comes from."),
    "agency_at_work": mark("The agency at work stands in the order once more: take it out of those that follow."),
    "next_agency_inactive": mark("The next agency “{name}” is switched off: change the order, then pass on."),
    "agency_missing": mark("Choose an agency."),
    "agency_twice": mark("The same agency stands in the order twice."),
    "no_next_agency": mark("There is no next agency in the order: add one or write the answer."),
    "agency_inactive": mark("The agency “{name}” is switched off: choose another."),
    "topic_inactive": mark("The topic “{name}” is switched off: choose another."),
    "location_inactive": mark("The place “{name}” is switched off: choose another."),
    "source_off": mark(
        "The source “{name}” is switched off and takes no new messages. An administrator can switch it on."
    ),
    "draft_empty": mark("The text is empty."),
    "draft_too_long": mark("The text is too long: {length} characters of {limit} allowed. Shorten it."),
    "place_left": mark("The place {place} of the model answer is not filled in yet."),
    "reason_missing": mark("Name the reason."),
    "link_missing": mark("Paste the link of the published answer."),
    "link_empty": mark("Paste the link: it begins with https://."),
    "link_malformed": mark("This is not a link: “{link}”. It must begin with https:// and hold no spaces."),
    "link_short": mark("“{link}” is a shortened link: open it and paste the full one from the address bar."),
    "link_of_page": mark("“{link}” leads to a whole page. Paste the link of the published answer itself."),
    "link_of_message": mark("This is the link of the author's own message. Paste the link of the published answer."),
    "link_of_other_network": mark(
        "The link leads to {found}, the message stands in {expected}: on the same page is there. "
        "If that was not possible, choose the agency's own account and say why."
    ),
    "link_twice": mark("This link already proves the answer under another message: each needs its own."),
    "author_link_missing": mark("Give a link to the author: the answer elsewhere must lead to them."),
    "proof_missing": mark("A comment in {network} has no link of its own: attach a picture of the published answer."),
    "proof_not_picture": mark("“{name}” is not a picture: the proof is a picture of the published answer."),
    "placed_already": mark("The answer under this message is recorded already."),
    "network_refuses": mark(
        "{network} does not take a text of {length} characters: {limit} at most. Shorten it."
    ),
    # files
    "file_gone": mark("“{name}” is no longer where it was. Choose it again."),
    "file_is_folder": mark("“{name}” is a folder: choose a file in it."),
    "file_is_device": mark("“{name}” is no file but a device or a pipe: choose a file."),
    "file_own": mark("“{name}” is a file of the program's own database: it is not opened."),
    "file_is_database": mark("“{name}” is a file of a database: nothing is written over it. Choose another name."),
    "file_name_unfit": mark("The name “{name}” holds a line break or another unprintable mark: choose another."),
    "file_empty": mark("“{name}” is empty: it holds nothing."),
    "file_too_big": mark(
        "“{name}” is too big: {size} MB of {limit} MB allowed. Make it smaller, or export a shorter period."
    ),
    "file_locked": mark(
        "“{name}” cannot be opened: another program holds it, or you may not read it. "
        "Close it there, or copy it to your own folder."
    ),
    "attachment_kind_unknown": mark("“{name}” is neither a photo nor a video nor a document by its content."),
    "picture_broken": mark("“{name}” cannot be shown as a picture: it is damaged or is none."),
    "file_on_its_way": mark("The file is still being read: wait a moment."),
    "files_too_many": mark("{count} files are too many: {limit} at most."),
    "file_erased": mark("This file is no longer kept."),
    "attachment_damaged": mark("“{name}” was changed in the database after it was attached and is not opened."),
    "file_not_opened": mark("No program of this computer opens “{name}”. A copy lies here: {path}"),
    "link_several": mark("There are several links here: “{link}”. Paste one of them."),
    "link_too_long": mark("The link is {length} characters long, {limit} at most: copy it anew."),
    "link_scheme": mark("“{link}” is not a web link: it must begin with https://."),
    "link_with_password": mark("The link “{link}” holds a name or a password before the host: such links deceive."),
    "link_port": mark("The link “{link}” names the port {port}: pages of networks do not. Copy the link anew."),
    "link_private": mark(
        "“{link}” is an address of this computer or its own network, not of a page everyone can open."
    ),
    "link_without_object": mark("“{link}” leads to no message or page: copy the link of the message itself."),
    "why_elsewhere_missing": mark("Name the technical reason why the same page was not possible."),
    "in_the_future": mark("The time {at} is in the future; now it is {now}."),
    "before_previous_act": mark("The time {at} is before the previous act ({previous})."),
    "agreed_date_missing": mark("Set the date of the final answer."),
    "agreed_date_past": mark("{date} is not after today: the day of sending is not counted."),
    "agreed_date_late": mark("{date} is past the limit: {latest} at the latest."),
    "agreed_date_not_working": mark(
        "{date} is not a working day. The nearest working days are {before} and {after}."
    ),
    "agreed_date_holiday_last": mark(
        "{date} is not a working day, and the next one is past the limit. The nearest working day is {before}."
    ),
    "no_promise": mark("No promised date is open here: there is nothing to shift."),
    "promise_broken": mark(
        "The promised date {date} has passed already: it cannot be shifted. Give the final answer."
    ),
    "date_unchanged": mark("{date} is the date promised already: choose another."),
    "asked_unknown": mark("A request asks what, where and when; not: {parts}."),
    "ground_missing": mark("Choose one of the grounds: no other one lets a message go unprocessed."),
    "option_missing": mark("Choose one of the options."),
    "exit_missing": mark("Choose why the message is taken out of work."),
    "author_has_time": mark("The author has time to reply until {until}: close it after that."),
    "remark_unsent": mark("A remark is written. Send it with the draft to rework, or erase it to approve."),
    "link_known": mark(
        "The link stands on case {number} already. If this is another message under the same post, tick it below."
    ),
    # the Governor
    "addressee_missing": mark("Name to whom it was reported."),
    "episode_unnamed": mark("Give the episode a name."),
    "episode_unknown": mark("There is no such episode in this database."),
    "episode_closed": mark("The episode “{title}” is closed: nothing in it can be changed."),
    "episode_not_reported": mark("The episode was not reported to the Governor yet: report it first."),
    "case_not_in_episode": mark("The case is not in this episode: somebody took it out meanwhile."),
    "number_unknown": mark("No case has the number “{number}”. Write it whole or its last three digits."),
    "number_ambiguous": mark("Several cases end with “{number}”: write more of the number."),
    "surge_unknown": mark("There is no such proposal in this database."),
    "surge_decided": mark("{who} has decided on this proposal already: {at}."),
    "template_damaged": mark("This is not a Word file (.docx), or it is damaged: save it anew from Word."),
    "template_too_large": mark("The template is larger than {limit} MB: take the pictures out of it."),
    "template_placeholder": mark(
        "The template has a placeholder that nobody knows: {{{{{name}}}}}. Known: {known}. Mend it in Word and repeat."
    ),
    "template_broken": mark("The braces of a placeholder in the template do not match: “{text}”. Mend it in Word."),
    "file_damaged": mark("The kept file is not what it was when it was stored. Run: cur-desk db verify"),
    "column_missing": mark("{path}: there is no column “{column}”."),
    "nothing_to_judge": mark(
        "Nothing is left to judge: of {count} rows with a topic or an agency each repeats a text that was learned from."
    ),
    "too_few_to_learn": mark("Too few decisions to learn from: {count}, at least {least} are needed."),
    "text_empty": mark("The message has no text."),
    "text_too_long": mark("The message is too long: {length} characters of {limit} allowed."),
    "from_the_future": mark("The message is dated {at}, which is in the future; now it is {now}. Check the date."),
    "moment_unreadable": mark("“{value}” is not a date and time. Write it like 2026-04-30T15:20."),
    "option_needs": mark("{option} needs {needed}."),
    "day_unreadable": mark("“{value}” is not a date. Write it like 2026-05-11."),
    "moment_missing": mark("Give at least one moment to count from: {options}."),
    "choice_unknown": mark("{option} cannot be “{value}”. Known: {choices}."),
    "file_missing": mark("There is no file {path}."),
    "file_not_named": mark("Name the file."),
    "file_unreadable": mark("The file {path} cannot be read: {detail}. Copy it to this computer's disk and try again."),
    "file_unwritable": mark("The file {path} cannot be written: {detail}."),
    "file_not_text": mark("The file {path} is not a text in UTF-8."),
    "asked_by_missing": mark("Say who asked: the agency, or the person."),
    "shortcomings_missing": mark("Mark at least one shortcoming for the memo."),
    "shortcoming_in_memo": mark("One of them is in memo No. {number} already: take it out there, or unmark it here."),
    "memo_sent": mark("The memo was sent: its text and addressees do not change any more."),
    "memo_not_sent": mark("Only for a memo that was sent and is not closed."),
    "memo_how_missing": mark("Say how it was sent: by which system, under which number."),
    "memo_unmended": mark("Not mended yet: {count}. Say why the memo is closed all the same."),
    "mended_missing": mark("Say what was mended."),
    "addressees_missing": mark("Name at least one addressee."),
    "due_before_sending": mark("{date} is before the memo was sent."),
    "day_in_future": mark("{date} is in the future."),
    "template_unreadable": mark(
        "The template {path} is not a Word document (DOCX). Save it in Word as DOCX, or remove it: the shipped one is "
        "used then."
    ),
    "template_place_unknown": mark(
        "The template {path} has a place “{place}” that nothing is known for. Known here: {known}."
    ),
    "refused_over_source": mark("{path} is the file being read: write the refused rows to another one."),
    "zone_unknown": mark("There is no time zone “{zone}”. Write it like Europe/Moscow."),
    # absences, shifts, work that changes hands
    "absence_without_work": mark("Absences are kept for curators, executors and responsible officials only."),
    "absence_of_another_agency": mark("{name} works in another agency: its responsible official arranges this."),
    "absence_reversed": mark("The last day {last} is before the first one {first}."),
    "absence_past": mark("The last day {last} is over already; today is {today}."),
    "absence_overlaps": mark("There is an absence from {first} to {last} already: change that one or other days."),
    "absence_over": mark("This absence is over or was cancelled already."),
    "substitute_self": mark("Nobody substitutes themselves: choose another person."),
    "substitute_elsewhere": mark(
        "{name} cannot do this work: choose a person of the same agency, for a curator another curator. "
        "There on these days: {others}."
    ),
    "substitute_away": mark("{name} is away too, from {first} to {last}. There on these days: {others}."),
    "shift_of_no_curator": mark("On duty at the desk are curators only."),
    "shift_empty": mark("The shift would end when it begins: set its hours."),
    "shift_past": mark("The shift is over: it ended {ends}."),
    "shift_in_absence": mark("{name} is away from {first} to {last}: plan somebody else."),
    "shift_overlaps": mark("{name} is on duty then already: {starts} – {ends}, planned by {by}."),
    "person_missing": mark("Choose a person."),
    "shift_missing": mark("Choose a shift."),
    "receiver_self": mark("Choose another curator: the work is in your hands already."),
    "receiver_missing": mark("Choose who takes the work over."),
    "receiver_has_it": mark("The work is in this person's hands already."),
    "receiver_no_curator": mark("Only a curator can take this work over."),
    "receiver_away": mark("{name} is away until {last}: choose somebody who is there."),
    "leg_in_hand": mark("Somebody has this in hand already: the responsible official can give it to another."),
    "nothing_chosen": mark("Tick at least one message."),
    "too_many_at_once": mark("Too many at once: at most {limit}."),
    # repeats, merging and splitting
    "soon_out_of_range": mark("{value} minutes do not fit: between {least} and {most}."),
    "months_out_of_range": mark("{value} months: allowed are {least} to {most}."),
    "row_too_large": mark("The server stores no more than {limit} MB in one record ({table}): write it shorter."),
    "file_part_malformed": mark("The server did not take this part of a file: it is not as the program cuts them."),
    "day_of_files_full": mark(
        "You have stored {most} MB of files today, the most that one person may: go on tomorrow, give a link instead, "
        "or have an administrator raise it (Rules, Desk)."
    ),
    "file_limit_out_of_range": mark("{value} MB do not fit: between {least} and {most}."),
    "correction_under_way": mark(
        "An answer of this card is being corrected: a new message would have no answer under it. "
        "Publish the correction first."
    ),
    "already_repeat": mark("Already marked as a repeat."),
    "not_repeat": mark("The card is not marked as a repeat."),
    "same_card": mark("This is the same card: choose another."),
    "card_missing": mark("Choose a card."),
    "card_not_found": mark("There is no card “{typed}”. Write its number or paste the link of its message."),
    "earlier_open": mark("{number} is not answered yet ({state}): merge the cards instead of marking a repeat."),
    "earlier_unanswered": mark("No answer was given on {number} ({state}): work on this message as on a new one."),
    "earlier_merged": mark("{number} was merged into {into}: choose that one."),
    "measures_missing": mark("Write what was done since the earlier answer or how it goes."),
    "merged_already": mark("{number} was merged into {into} already."),
    "source_published": mark("{number} has a published answer already: move the messages of the other card there."),
    "source_not_mergeable": mark("The messages of {number} cannot move now ({state}): move those of the other card."),
    "target_not_detected": mark("{number} is still in the stream: move its message to the other card instead."),
    "target_answered": mark("{number} is answered already: mark this card as a repeat of it."),
    "target_closed": mark("{number} takes no more messages ({state}): choose another card."),
    "regulations_differ": mark(
        "{number} and {into} are kept under different versions of the regulation, with different due times: "
        "work on them apart."
    ),
    "significance_differs": mark(
        "{number} is socially significant and {into} is not: mark {into} too, or move the messages the other way."
    ),
    "repeat_differs": mark(
        "{number} is marked as a repeat and {into} is not: mark {into} too, or take the mark off {number}."
    ),
    "one_message": mark("The card has only one message."),
    "nothing_to_split": mark("Choose the messages to split off."),
    "nothing_would_stay": mark("At least one message must stay on the card."),
    "message_gone": mark("One of these messages is not on the card any more: look at the card anew."),
    "answered_stays": mark("An answer is published under this message: it stays with its answer."),
    # registers
    "record_unknown": mark("This entry is no longer in the register: read the register anew (F5)."),
    "record_changed": mark(
        "{who} changed this entry meanwhile, {at}. "
        "Their version is shown, what you typed stands over it: look and save again."
    ),
    "name_missing": mark("Give the name."),
    "post_missing": mark("Give the post."),
    "name_too_long": mark("This is too long: {length} characters of {limit} allowed. Shorten it."),
    "name_taken": mark("“{name}” is in the register already: choose another name or correct that entry."),
    "third_level": mark("“{name}” lies within a group itself: there are two levels only."),
    "residents_unclear": mark("“{text}” is no number of residents: write it in digits, or leave it empty."),
    "group_not_empty": mark("“{name}” has entries of its own: move or merge them before it goes under another group."),
    "merged_with_itself": mark("Choose another entry to merge this one into."),
    "group_into_entry": mark("“{name}” lies within a group: a group with entries is merged into a group only."),
    "role_missing": mark("Give the person at least one role."),
    "role_needs_agency": mark("{roles}: choose the agency for this role."),
    "role_in_one_agency": mark("{roles}: in one agency only. Take the other role back."),
    "post_level_missing": mark(
        "A responsible official is not below a deputy head of the body: confirm the level of the post."
    ),
    "login_malformed": mark("“{login}” cannot be a sign-in: small Latin letters, digits, dots and dashes, 63 at most."),
    "login_taken": mark("The sign-in “{login}” is somebody else's: choose another."),
    "last_administrator": mark("This is the only administrator: give the role to somebody else first."),
    "work_in_hand": mark(
        "{name} still has work in hand: cases as a curator — {curates}, as an executor — {executes}. "
        "Hand it over first, then repeat."
    ),
    "person_off": mark("Your sign-in was switched off: ask an administrator. Nothing of this was saved."),
    "account_is_site": mark("“{link}” is not in a social network or messenger: such accounts only."),
    "account_is_no_page": mark("“{link}” is not an account as a whole: paste the link of the page, group or channel."),
    "account_known": mark("This account of “{agency}” is in the register already."),
    "account_of_another": mark("This account is in the register as one of “{agency}”: correct that entry first."),
    "source_of_strangers": mark("“{name}” takes what fits no other source: it cannot be switched off."),
    "table_without_names": mark("No column with names was found. Name one of the columns: {names}."),
    "file_kind_unknown": mark("“{path}”: choose a name that ends with .xlsx or .csv (accounts also .html)."),
    "days_reversed": mark("The last day ({last}) is before the first ({first}): correct one of them."),
    # databases
    "database_older": mark(
        "The database was made by an older version of the program (schema {found}, this program needs {known}). "
        "Start the desk, or run: cur-desk db upgrade"
    ),
    "database_newer": mark(
        "The database was made by a newer version of the program (schema {found}, this program knows {known}). "
        "Update the program; the database was not touched."
    ),
    "database_on_network_share": mark(
        "{path} lies on a network share ({file_system}): several desks would damage it. "
        "Keep the file on this computer's disk, or use PostgreSQL for many desks."
    ),
    "database_read_only": mark(
        "Nothing can be written to {path}: the folder or file is read-only. Choose another place."
    ),
    "database_not_opened": mark(
        "The database {path} cannot be opened. Check that the folder exists and may be written."
    ),
    "database_vanished": mark(
        "The file of the database is no longer at {path}: it was moved or deleted, or its disk was taken out. "
        "Put it back; nothing is written meanwhile."
    ),
    "database_another": mark(
        "At the same place there is another database now. Close the desk and start it again."
    ),
    "saved_before": mark("This was saved at the first attempt after all, with what was written then."),
    "disk_full": mark("The disk is full: nothing was saved to {path}. Free some space and repeat; your text is kept."),
    "import_disk_full": mark(
        "The disk is full: of “{file}” so many messages were stored in {path}: {stored}; the others were not. "
        "Free some space and take the file in once more: what is there is not doubled."
    ),
    "import_disk_failed": mark(
        "The disk failed while writing {path}: {detail}. Of “{file}” so many messages were stored: {stored}; the "
        "others were not. Take the file in once more: what is there is not doubled."
    ),
    "disk_failed": mark("The disk failed while writing {path}: {detail}. Nothing of this act was saved."),
    "database_busy": mark("Another program holds the database {path}. Repeat in a few seconds."),
    "database_foreign_file": mark("{path} is not a database of this program."),
    "database_damaged": mark("The database {path} is damaged: {detail}. Restore it from a backup."),
    "database_not_made": mark(
        "There is no region in {path} yet, or this sign-in may not make one. Whoever administers the server runs: "
        "cur-desk db init"
    ),
    "server_silent": mark(
        "The server {host}:{port} does not answer: is the name right, is it running, is the way open?"
    ),
    "server_only_standby": mark(
        "Of the servers {host} none takes writes: one is to be promoted (pg_ctl promote), or the first started again."
    ),
    "server_name_unknown": mark("There is no server called {host}: check the name, or ask who keeps the network."),
    "server_database_unknown": mark("The server {host} has no database “{database}”: check its name."),
    "server_disk_full": mark(
        "The disk of the server {host} is full: nothing was saved. Tell whoever keeps the server, and repeat when "
        "there is room; your text is kept."
    ),
    "server_memory_full": mark(
        "The server {host} is short of memory, or of room for its locks: nothing was saved. Repeat in a moment; your "
        "text is kept."
    ),
    "server_full": mark("The server {host} takes no more connections: close other desks, or raise max_connections."),
    "server_starting": mark("The server {host} is starting or shutting down: try again in a minute."),
    "password_wrong": mark("The name “{user}” or the password is wrong. An administrator can give a new password."),
    "sign_in_blocked": mark("The sign-in “{user}” is blocked: ask an administrator."),
    "sign_in_refused": mark("The server {host} does not let “{user}” in from here: {detail}"),
    "signed_out": mark("You were signed out: the server was restarted, or an administrator blocked your sign-in."),
    "tls_required": mark("The server {host} wants a protected connection: choose TLS “verify-full” or “require”."),
    "tls_missing": mark("The server {host} offers no protected connection (TLS): set it up there, or connect without."),
    "certificate_not_trusted": mark(
        "The certificate of the server {host} is not trusted: {detail}. Name its certification authority's file, or "
        "ask who keeps the server."
    ),
    "certificate_of_another": mark(
        "The certificate of the server {host} is made out to another name: type the server's name as its certificate "
        "has it, or ask who keeps the server. Nothing was sent."
    ),
    "certificate_expired": mark(
        "The certificate of the server {host} has expired: ask who keeps the server for a new one. If it has not, this "
        "computer's date is wrong."
    ),
    "certificate_not_yet": mark(
        "The certificate of the server {host} is not valid yet: is this computer's date right?"
    ),
    "certificate_file_unreadable": mark("The certificate's or key's file {path} cannot be read: is its name right?"),
    "certificate_file_wrong": mark("In the file {path} there is no certificate or key in the PEM format."),
    "key_protected": mark(
        "The key {path} is protected by a password, which nobody could type at every connection: save it without one "
        "(openssl pkey -in KEY -out NEW), readable by you alone."
    ),
    "key_of_another": mark("The key {path} does not belong to the certificate: name the two that were made together."),
    "client_certificate_missing": mark(
        "The server {host} lets “{user}” in by a certificate only: name your certificate's file and its key."
    ),
    "client_certificate_of_another": mark(
        "The certificate that you show to the server {host} is not that of “{user}”: name your own."
    ),
    "client_certificate_refused": mark(
        "The server {host} hung up when it saw your certificate: it has expired, or another authority made it. Ask who "
        "keeps the server."
    ),
    "upgrade_without_copy": mark(
        "The database {path} is of an older version and must be upgraded, but it could not be copied before: {detail}. "
        "Nothing was changed. Free some space and start again."
    ),
    "copy_failed": mark("The copy {path} was not made: {detail}."),
    "copy_newer": mark(
        "This copy was made by a newer version of the program (schema {found}, this program knows {known}): update the "
        "program first. Nothing was changed."
    ),
    "only_embedded": mark(
        "This region works on a server: its copies are made there, by “cur-desk db backup” (docs/installation.md)."
    ),
    "file_there": mark("There is a file at {path} already: name another, nothing is written over."),
    "tools_missing": mark("PostgreSQL's own tool {tool} is not here: install the package postgresql-client."),
    "tool_failed": mark("{tool} failed: {detail}"),
    "manifest_missing": mark("The manifest of the backup is missing: {path}."),
    "backup_damaged": mark("The backup {path} is damaged: it is not what its manifest says."),
    "backup_of_another_engine": mark("This backup is of {engine}: restore it to a database of that kind."),
    "database_not_empty": mark("The database {path} holds something already: restore into an empty one."),
    "region_worked_in": mark(
        "Somebody worked in {path} while it was copied; nothing was kept of the copy. Close every desk that works "
        "there, and copy again."
    ),
    "anchor_differs": mark("The histories differ: the anchor is {found}, it should be {expected}."),
    "another_name": mark("Nobody acts in another's name: sign in as who you are. Nothing of this was saved."),
    "moment_forged": mark("The database did not accept the time of this act: it took too long. Do it again."),
    "program_of_another_workflow": mark(
        "This program and the database have different tables of work: update the program (or the database with "
        "cur-desk db upgrade). Until then this desk only reads; drafts are kept."
    ),
    "program_older": mark(
        "This program is older than the database it works with (it knows schema {known}, {needed} is needed): update "
        "it. Until then this desk only reads; what you typed is kept."
    ),
    "not_of_this_act": mark("The database refused: “{act}” does not write to {table}. Nothing of this was saved."),
    "clock_forged": mark("The database refused: this act does not do that to the clock “{clock}”. Nothing was saved."),
    "history_forged": mark("The database refused: the history does not tell what the act did. Nothing was saved."),
    "entry_missing": mark("The database refused a change of {table} without an entry in the journal."),
    "login_in_use": mark("This person signs in already: the name is changed with the password, under “Sign-ins”."),
    "login_unknown": mark("Nobody signs in as “{login}” here."),
    "verifier_malformed": mark("The password was not prepared as the server wants it; update the program."),
    "passwords_differ": mark("The two do not match: type the new password once more."),
    "desk_password_wrong": mark("This is not the password. Look at the keyboard's layout and Caps Lock."),
    "desk_password_of_server": mark("With a server everyone signs in by themselves: see “Sign-ins”."),
    "password_short": mark("The password is too short: at least {least} characters."),
    "database_crowded": mark(
        "The database {path} is slow: whatever this program reads has waited its turn for half a minute."
    ),
    "database_not_reached": mark("The database {path} does not answer: {detail}."),
    "database_url_unknown": mark("A database of the kind {scheme}:// is not known. Known: {known}, or a file's path."),
    "init_needs_server": mark(
        "“db init” makes a region on a server, postgresql://…, and {path} is a file. In a file it is made by: "
        "cur-desk db create"
    ),
    "copy_needs_server": mark("“db copy” moves the region to a server: name it as postgresql://…, not as {path}."),
    "database_missing": mark("There is no database at {path}. Start the desk, or run: cur-desk db create"),
    "picture_kind_unknown": mark("A picture is saved as .png or .svg, not as {kind}."),
    "wall_setting_wrong": mark("{option} {value}: allowed is {allowed}."),
    "card_without_screen": mark("There is no screen here: the card cannot be shown."),
    "screen_missing": mark("There is no screen here: the wall cannot be shown."),
    "curator_missing": mark("There is no curator in the database {path}: messages are taken in by a curator."),
    "region_missing": mark("The database {path} holds no region yet: start the desk, or run: cur-desk db create"),
    "region_there": mark("The database {path} holds a region already: {region}."),
    "report_damaged": mark(
        "The frozen report is not what was sealed (sha256 {sha256}): run cur-desk db verify, and make the report anew."
    ),
    "report_process_died": mark(
        "The process that counted the report ended without an answer (perhaps the computer ran out of memory); nothing "
        "was lost. Try again; if it happens again, choose a shorter period or close other programs."
    ),
    "no_addressee": mark("The regulation names nobody to whom a report of a month goes: add it under [[report]]."),
    "days_missing": mark(
        "A report of kind {kind} needs its days: month 2026-10, week 2026-10-12 or period 2026-10-01 2026-10-15."
    ),
    "before_report": mark("The report was made on {made_at}; it cannot have been told earlier, on {at}."),
    # alerts
    "alarm_lead_out_of_bounds": mark("An alert comes from 1 to {most} minutes before the end of a limit."),
    "alarm_rate_out_of_bounds": mark(
        "Of the sounds of an hour at most {most} in all, and for graver alerts never fewer than for lighter ones."
    ),
    "shelf_without_reason": mark("Say why the alert is set aside."),
    "shelf_too_late": mark(
        "Every limit of this case has run out: the alert cannot be set aside, only ended by the act."
    ),
    "shelf_in_the_past": mark("Choose a time that is still ahead."),
    "shelf_past_deadline": mark("The alert may be set aside until {latest} at the latest: before the limit runs out."),
    "alert_over": mark("This alert is over already."),
    "alert_not_yours": mark("This alert asks others to act."),
    "email_invalid": mark("“{email}” is no e-mail address. Example: ivanova@kursk.ru"),
    "email_missing": mark("To get mail, give the address it is to go to."),
    "month_unreadable": mark("“{value}” is no month. Write it as 2026-10."),
    "mail_host_missing": mark("Name the mail server, for example mail.kursk.ru."),
    "mail_port_invalid": mark("The port is a number from 1 to 65535; usual are 587 (STARTTLS) and 465 (TLS)."),
    "mail_sender_missing": mark("Give the address that letters are sent from, for example cur@kursk.ru."),
    "mail_without_tls": mark("Without encryption letters are handed only to a server on this computer, not to {host}."),
    "mail_not_sent": mark("The letter was not sent. The server answers: {reply}"),
    "worker_fence_lost": mark("Another worker has taken over ({label}); what this one would still write is refused."),
    "person_unknown": mark("There is nobody with the sign-in “{login}” in this database."),
}

_SENTENCES |= NETWORK_REFUSALS | INSPECTIONS

# What may stand in a file, by the code in `allowed`; {choices} comes from the refusal.
_ALLOWED = {
    "by_importance": mark("one limit, or a limit for normal and, where it differs, for high"),
    "date": mark("a date, for example 2026-05-11"),
    "events": mark("a list of events that is not empty"),
    "flag": mark("true or false"),
    "from_date": mark("a date not before {choices}, in a loaded year"),
    "in_years": mark("a date of {choices}"),
    "interval": mark('intervals of time, for example [["09:00", "13:00"], ["14:00", "18:00"]]'),
    "keys": mark("the keys {choices}"),
    "parts": mark("a whole number from 0 to 1 000 000"),
    "weights": mark("at least one weight above 0"),
    "points": mark("a whole number from 0 to 100"),
    "limit": mark("a whole number and a unit, one of: {choices}"),
    "list": mark("a list"),
    "month_day": mark("a month and a day, for example 05-09"),
    "moved_holiday": mark("each holiday that falls on a weekend outside 1–8 January is moved (Labour Code, art. 112)"),
    "once": mark("each date once"),
    "one_of": mark("one of: {choices}"),
    "positive": mark("a whole number from 1"),
    "shortened_days": mark("the days before holidays (Labour Code, art. 95): {choices}"),
    "short_name": mark("a name of at most {choices} characters"),
    "table": mark("a table of keys and values"),
    "text": mark("a text that is not empty"),
    "weekend_day": mark("a Saturday or Sunday that is not moved yet"),
    "working_weekday": mark("a weekday that is not off yet"),
    "year_tables": mark("tables of years without a gap, for example [year.2026]"),
    "years": mark("the first and the last year, for example [2019, 2027]"),
    "zone": mark("a time zone, for example Europe/Moscow"),
}


def explain(error: Refusal, zone: ZoneInfo | None = None) -> str:
    """The sentence for a refusal, in the language spoken now; instants are told in `zone` (UTC without one).

    Raises KeyError for a code that has no sentence.
    """
    params = {name: _word(name, value, zone or ZoneInfo("UTC")) for name, value in error.params.items()}
    if params.get("allowed") in _ALLOWED:
        params["allowed"] = tr(_ALLOWED[params["allowed"]], choices=params.get("choices", ""))
    return tr(_SENTENCES[error.code], **params)


def _word(name: str, value: Any, zone: ZoneInfo) -> Any:
    if name == "roles":
        return ", ".join(role_name(role) for role in value)
    if name == "state":
        return state_name(State(value))
    if name == "act":
        return act_name(value)
    if name == "setting":
        return tr(SETTINGS[value])
    if name == "token":
        return tr(TOKENS[value])
    if name == "draft_kind":
        return draft_name(DraftKind(value)) if value else "—"
    if name == "others":
        return value or tr("nobody")
    if isinstance(value, datetime):
        return full_moment(value, zone)
    return day(value) if isinstance(value, date) else value
