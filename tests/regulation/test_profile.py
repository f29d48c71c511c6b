"""Regulations as data: both shipped files clause by clause, other regions' limits, and every error by file and key."""

import pytest

from app.regulation.clocks import Facts, advance
from app.regulation.profile import Calendar, Importance, Limit, LimitKind, Unit
from app.regulation.profile_file import ProfileError, parse
from app.regulation.workflow import Event
from app.resources import resource
from app.services.regulations import shipped_keys
from app.texts.refusals import explain
from tests.helpers.rules import DATA, at, rules, told

SUBMITTED = ("submitted", "interim_submitted", "clarification_submitted")
PUBLISHED = ("published", "interim_published", "clarification_published")

# clock: clause, who, calendar, starts, limit, high, stops
KURSK = {
    "route": ("7", "curator", "duty", ("detected", "reinstated"), "30 min", "30 min", ("routed",)),
    "return": ("8", "executor", "agency", ("received",), "30 min", "30 min", ("returned",)),
    "reroute": ("9", "curator", "duty", ("returned",), "30 min", "30 min", ("rerouted",)),
    "answer": (
        "10", "chain", "agency", ("detected", "reinstated", "author_replied"), "8 working h", "4 working h", PUBLISHED,
    ),
    "draft": ("11", "executor", "agency", ("drafter_received",), "1 h", "1 h", SUBMITTED),
    "approve": ("12", "curator", "duty", SUBMITTED, "1 h", "1 h", ("approved", "reworked")),
    "rework": ("13", "executor", "agency", ("reworked",), "1 h", "1 h", SUBMITTED),
    "publish": ("14", "executor", "agency", ("approved",), "1 h", "1 h", PUBLISHED),
    "final": ("15", "executor", "agency", ("interim_published",), "7 working day", "7 working day", ("submitted",)),
    "link": (
        "16", "executor", "agency", ("leg_received", "information_returned"), "2 h", "2 h",
        ("information_submitted", *SUBMITTED),
    ),
    "governor": ("24", "curator", "clock", ("significant_marked",), None, None, ("governor_reported",)),
    "pass_on": (None, "curator", "duty", ("information_submitted",), None, None, ("passed_on", "information_returned")),
    "await_author": (None, "author", "clock", ("clarification_published",), None, None, ("author_replied",)),
    "correct": (None, "executor", "agency", ("correction_opened",), None, None, ("correction_published",)),
}  # fmt: skip


@pytest.mark.parametrize("code", KURSK)
def test_kursk_clock_is_as_the_act_words_it(code):
    rule = rules("kursk").profile.clocks[code]
    clause, who, calendar, starts, normal, high, stops = KURSK[code]

    assert (rule.clause, rule.who, rule.calendar) == (clause, who, Calendar(calendar))
    assert tuple(start.event for start in rule.start) == starts
    assert sorted(rule.stop) == sorted(stops)
    limits = [rule.limit(importance) for importance in (Importance.NORMAL, Importance.HIGH)]
    assert [str(limit) if limit else None for limit in limits] == [normal, high]


def test_kursk_has_no_other_clock():
    assert list(rules("kursk").profile.clocks) == list(KURSK)


def test_kursk_draft_counts_back_from_the_answer_and_a_return_is_a_window():
    clocks = rules("kursk").profile.clocks

    assert clocks["draft"].before == "answer"
    assert [code for code, rule in clocks.items() if rule.kind is LimitKind.WINDOW] == ["return"]
    assert not any(rule.not_set for rule in clocks.values())


def test_kursk_names_the_grounds_sources_and_reports_of_the_act():
    profile = rules("kursk").profile

    assert [ground.text for ground in profile.grounds] == [
        "сведения о намерениях причинить вред другому лицу",
        "нецензурные либо оскорбительные выражения",
        "угрозы жизни, здоровью и имуществу должностного лица",
        "угрозы жизни, здоровью и имуществу … а также членам его семьи",
    ]
    in_act = {source.name for source in profile.sources if source.in_act}
    assert in_act == {
        "Одноклассники", "ВКонтакте", "TikTok", "Telegram", "WhatsApp", "Viber", "YouTube", "Дзен",
    }  # fmt: skip
    duties = {report.code: (report.clause, report.sender, report.every) for report in profile.reports}
    assert duties == {
        "shortcomings": ("22", "curator", "when found"),
        "monthly": ("23", "curator", "month"),
        "governor": ("24", "curator", "at once"),
    }
    monthly = next(report for report in profile.reports if report.code == "monthly")
    assert all("Губернатор Курской" not in post for post in monthly.addressees)


def test_kuzbass_sets_only_the_draft_and_never_copies_kursk():
    clocks = rules("kuzbass").profile.clocks

    known = {code: rule.limits[Importance.NORMAL] for code, rule in clocks.items() if rule.limits}
    assert known == {"draft": Limit(1, Unit.WORKING_HOUR)}
    assert {code: rule.clause for code, rule in clocks.items() if rule.clause} == {"draft": "13"}
    assert clocks["draft"].before is None
    ours = {"pass_on", "await_author", "correct"}
    assert {code for code, rule in clocks.items() if rule.not_set} == set(clocks) - {"draft"} - ours
    assert set(clocks) == set(KURSK)


def test_kuzbass_reports_to_the_governor_and_the_deputy_from_the_centre():
    profile = rules("kuzbass").profile

    assert {(report.clause, report.sender) for report in profile.reports} == {("25", "ЦУР Кузбасса")}
    assert profile.zone == "Asia/Novokuznetsk"
    assert {s.code for s in profile.sources if s.in_act and s.kind == "social"} == {"ok", "vk"}


def test_both_shipped_files_are_known_by_their_key():
    assert shipped_keys() == ("kursk", "kuzbass")
    assert [rules(key).profile.key for key in shipped_keys()] == ["kursk", "kuzbass"]


# ----- other regions: the format must express them, and the due times must be right

E_ = Event
# region, events one after another at their local times, clock, importance, channel, due (local)
REGIONS = [
    ("yelizovo", [("2026-06-01 15:00", E_.DETECTED)], "classify", "normal", None, "2026-06-02 10:00"),
    (
        "yelizovo", [("2026-06-01 15:00", E_.DETECTED), ("2026-06-01 17:30", E_.CLASSIFIED)],
        "route", "normal", None, "2026-06-02 09:30",
    ),
    ("yelizovo", [("2026-06-01 15:00", E_.DETECTED)], "answer", "normal", None, "2026-06-02 10:00"),
    ("yelizovo", [("2026-06-01 15:00", E_.DETECTED)], "answer", "high", None, "2026-06-01 17:00"),
    ("yelizovo", [("2026-06-01 17:40", E_.RECEIVED)], "return", "normal", None, "2026-06-01 18:10"),
    ("yelizovo", [("2026-06-01 17:40", E_.SUBMITTED)], "approve", "normal", None, "2026-06-02 09:40"),
    ("yelizovo", [("2026-06-01 17:40", E_.REWORKED)], "rework", "normal", None, "2026-06-01 18:40"),
    # 12 June is a holiday: eight working days after Monday the 8th end on Friday the 19th
    ("yelizovo", [("2026-06-08 12:00", E_.INTERIM_PUBLISHED)], "final", "normal", None, "2026-06-19 18:00"),
    (
        "yelizovo", [("2026-06-01 15:00", E_.DETECTED), ("2026-06-10 16:00", E_.DRAFTER_RECEIVED)],
        "draft", "normal", "broadcast", "2026-06-16 18:00",
    ),
    ("yelizovo", [("2026-06-10 16:00", E_.DRAFTER_RECEIVED)], "draft", "normal", None, None),
    ("crimea", [("2026-06-01 09:00", E_.DETECTED)], "answer", "high", None, "2026-06-02 10:00"),
    ("crimea", [("2026-06-01 12:00", E_.INTERIM_PUBLISHED)], "final", "normal", None, "2026-06-09 00:00"),
    ("sevastopol", [("2026-06-01 09:00", E_.DETECTED)], "answer", "normal", None, "2026-06-02 10:00"),
    ("sevastopol", [("2026-06-01 09:00", E_.DETECTED)], "answer", "high", None, "2026-06-01 13:00"),
    ("sevastopol", [("2026-06-01 12:00", E_.INTERIM_PUBLISHED)], "final", "normal", None, "2026-06-10 18:00"),
    ("kbr", [("2026-06-05 14:00", E_.DETECTED)], "answer", "normal", None, "2026-06-08 15:00"),
    ("bashkortostan", [("2026-06-05 17:30", E_.DETECTED)], "first_reaction", "normal", None, "2026-06-05 20:30"),
    ("bashkortostan", [("2026-06-05 14:00", E_.DRAFTER_RECEIVED)], "draft", "normal", None, "2026-06-08 13:00"),
    ("yaroslavl", [("2026-06-05 17:30", E_.DETECTED)], "route", "normal", None, "2026-06-05 18:30"),
    ("yaroslavl", [("2026-06-05 17:30", E_.DETECTED)], "answer", "high", None, "2026-06-06 17:30"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "events", "code", "importance", "channel", "due"), REGIONS)
def test_another_region_counts_by_its_own_act(region, events, code, importance, channel, due):
    counted_by = rules(region)
    clocks = ()
    for moment, event in events:
        when = at(counted_by, moment)
        facts = Facts(importance=Importance(importance), channel=channel, messages={"m": when}, leg="l")
        clocks = advance(clocks, [event], when, facts, counted_by)

    clock = next(clock for clock in clocks if clock.code == code and clock.is_open)
    assert told(counted_by, clock.due_at) == due
    assert clock.kind is (
        LimitKind.STOPWATCH if due is None else LimitKind.WINDOW if code == "return" else LimitKind.LIMIT
    )


def test_first_reaction_has_an_aim_beside_its_limit():
    counted_by = rules("bashkortostan")
    start = at(counted_by, "2026-06-05 17:30")

    [clock] = advance((), [Event.DETECTED], start, Facts(), counted_by)

    assert told(counted_by, clock.target_at) == "2026-06-05 18:30"


def test_route_sent_without_classifying_first_stops_that_clock_and_starts_none():
    counted_by = rules("yelizovo")
    start = at(counted_by, "2026-06-01 15:00")
    clocks = advance((), [Event.DETECTED], start, Facts(), counted_by)

    clocks = advance(clocks, [Event.CLASSIFIED, Event.ROUTED], start, Facts(), counted_by)

    assert [(clock.code, clock.is_open) for clock in clocks] == [("classify", False)]


def test_a_weekly_report_can_be_said():
    assert [report.every for report in rules("crimea").profile.reports] == ["week"]


def test_every_region_of_the_fixtures_is_counted():
    assert {path.stem for path in DATA.glob("*.toml")} == {region for region, *_ in REGIONS}


# ----- errors name the file, the key and what is allowed

LIMIT = "a whole number and a unit"
BROKEN = [
    ('key = "kursk"\n', "", "regulation.key", "text"),
    ("version = 1", 'version = "1"', "regulation.version", "positive"),
    ("version = 1", "version = true", "regulation.version", "positive"),
    ('zone = "Europe/Moscow"', 'zone = "Europe/Kursk"', "regulation.zone", "zone"),
    ("effective_from = 2022-07-15", 'effective_from = "soon"', "regulation.effective_from", "date"),
    ("effective_from = 2022-07-15", "effective_from = 2022-07-15T10:00:00", "regulation.effective_from", "date"),
    ("[regulation]", '[regulation]\ncolour = "red"', "regulation.colour", "keys"),
    ("[clause]", '[colours]\nred = 1\n[clause]', "colours", "keys"),
    ('plain_hours = "clock"', 'plain_hours = "lunar"', "readings.plain_hours", "one_of"),
    ('boundary = "end"', 'boundary = "start"', "readings.boundary", "one_of"),
    ('detected_by = "taken"', 'detected_by = "guess"', "readings.detected_by", "one_of"),
    ('received = "delivered"', 'received = "read"', "readings.received", "one_of"),
    ('interim_effect = "met"', 'interim_effect = "ends"', "readings.interim_effect", "one_of"),
    ('clarification_effect = "met"', 'clarification_effect = 1', "readings.clarification_effect", "text"),
    ('[clock.route]\nclause = "7"', "[clock.route]\nclause = 7", "clock.route.clause", "text"),
    ('calendar = "duty"', 'calendar = "moon"', "clock.route.calendar", "one_of"),
    ('who = "curator"', 'who = "nobody"', "clock.route.who", "one_of"),
    ('start = ["detected", "reinstated"]', 'start = ["noticed"]', "clock.route.start", "one_of"),
    ('start = ["detected", "reinstated"]', 'start = "detected"', "clock.route.start", "list"),
    ('start = ["detected", "reinstated"]', "start = []", "clock.route.start", "events"),
    ('start = ["detected", "reinstated"]', 'start = [{ event = "detected", counted_from = "routed" }]',
     "clock.route.start.counted_from", "one_of"),
    ('stop = ["routed"]', 'stop = ["sent"]', "clock.route.stop", "one_of"),
    ('limit = "30 min"', 'limit = "30 minutes"', "clock.route.limit", "limit"),
    ('limit = "30 min"', 'limit = "0 min"', "clock.route.limit", "limit"),
    ('limit = "30 min"', 'limit = "-5 min"', "clock.route.limit", "limit"),
    ('limit = "30 min"', "limit = 30", "clock.route.limit", "limit"),
    ('limit = "30 min"', 'limit = "٣٠ min"', "clock.route.limit", "limit"),
    ('{ normal = "8 working h", high = "4 working h" }', '{ high = "4 working h" }', "clock.answer.limit",
     "by_importance"),
    ('{ normal = "8 working h", high = "4 working h" }', '{ normal = "8 working h", urgent = "1 h" }',
     "clock.answer.limit", "by_importance"),
    ('{ normal = "8 working h", high = "4 working h" }', '{ normal = "8 working h", high = "4" }',
     "clock.answer.limit.high", "limit"),
    ('{ interim_published = "interim_effect",', '{ interim_published = "an_effect",',
     "clock.answer.by_reading.interim_published", "one_of"),
    ('{ interim_published = "interim_effect",', '{ noticed = "interim_effect",',
     "clock.answer.by_reading.noticed", "one_of"),
    ('before = "answer"', 'before = "reply"', "clock.draft.before", "one_of"),
    ('before = "answer"', 'before = "draft"', "clock.draft.before", "one_of"),
    ('before = "answer"', 'before = "governor"', "clock.draft.before", "one_of"),
    ('before = "answer"\nlimit = "1 h"', 'before = "answer"\nlimit = "1 day"', "clock.draft.limit", "limit"),
    ("window = true", 'window = "yes"', "clock.return.window", "flag"),
    ('per = "leg"', 'per = "person"', "clock.return.per", "one_of"),
    ("[clock.route]", "[clock.a_clock_with_a_very_long_name]", "clock.a_clock_with_a_very_long_name", "short_name"),
    ('code = "harm"\n', "", "ground[1].code", "text"),
    ('kind = "social"', 'kind = "newspaper"', "source[1].kind", "one_of"),
    ("in_act = false", "in_act = 0", "source[9].in_act", "flag"),
    ('every = "month"', 'every = "full moon"', "report[2].every", "one_of"),
    ('mon = [["09:00", "13:00"]', 'mon = [["9", "13:00"]', "hours.week.mon", "interval"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "key", "allowed"), BROKEN)
def test_an_error_names_file_key_and_what_is_allowed(good, bad, key, allowed):
    text = resource("regulations/kursk.toml").read_text(encoding="utf-8")
    assert good in text, "the table of errors follows the shipped file"

    with pytest.raises(ProfileError) as caught:
        parse(text.replace(good, bad, 1), "region.toml")

    refusal = caught.value.refusal
    assert (refusal.params["key"], refusal.params["allowed"]) == (key, allowed)
    sentence = explain(refusal)
    assert sentence.startswith("region.toml")
    assert key in sentence
    assert allowed not in sentence.split("Допустимо")[1]  # said in words, not as a code


def test_broken_toml_names_the_file_and_the_line():
    with pytest.raises(ProfileError) as caught:
        parse('[regulation]\nkey = "kursk\n', "region.toml")

    assert "region.toml: файл не читается" in explain(caught.value.refusal)
    assert "line 2" in explain(caught.value.refusal)


@pytest.mark.parametrize("text", ["", "regulation = 1", "[regulation]\n[clock]\n"])
def test_an_empty_or_shapeless_file_is_refused_by_name(text):
    with pytest.raises(ProfileError) as caught:
        parse(text, "region.toml")

    assert "region.toml" in explain(caught.value.refusal)


def test_readings_given_apart_beat_the_file_and_are_checked_alike():
    text = resource("regulations/kursk.toml").read_text(encoding="utf-8")

    profile = parse(text, "kursk.toml", {"plain_hours": "working"})

    assert profile.clocks["approve"].plain_hours == "working"
    with pytest.raises(ProfileError, match=r"readings\.plain_hours"):
        parse(text, "kursk.toml", {"plain_hours": "lunar"})
