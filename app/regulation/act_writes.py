"""What each act may write beside state, clocks and history: columns of the case, and rows of the case's tables.

Data for the database's own guard; the recorders of the services write no more than this.
"""

from app.regulation.workflow import Act

_SUBJECT = ("topic_id", "location_id", "place", "importance")
# How a card is shown and found by its messages: changes with them.
_FACE = ("source_id", "post_kind", "posted_at", "excerpt", "folded", "collected_at", "detected_at")
_SENT = (*_SUBJECT, "agency_id", "leg_uuid", "draft_uuid", "curator_id")

COLUMNS: dict[Act, tuple[str, ...]] = {
    Act.DETECT: ("detected_at", "curator_id"),
    Act.TAKE: ("curator_id",),
    Act.EXCLUDE: ("curator_id",),
    Act.REINSTATE: ("detected_at",),
    Act.ROUTE: _SENT,
    Act.REROUTE: _SENT,
    Act.AMEND: _SUBJECT,
    Act.RETURN: ("returns", "agency_id", "leg_uuid"),
    Act.SUBMIT: ("draft_uuid",),
    Act.APPROVE: ("promised_on",),
    Act.REWORK: ("reworks",),
    Act.SEND_BACK: ("reworks",),
    Act.PASS_ON: ("agency_id", "leg_uuid", "draft_uuid"),
    Act.MARK_SIGNIFICANT: ("significant",),
    Act.UNMARK_SIGNIFICANT: ("significant",),
    Act.SHIFT_DATE: ("promised_on",),
    Act.CORRECT: ("corrections",),
    Act.WITHDRAW_CORRECTION: ("corrections", "draft_uuid"),
    Act.HAND_OVER: ("curator_id",),
    Act.REPLY_RECEIVED: ("folded", "corrections", "draft_uuid"),
    Act.MARK_REPEAT: ("repeat_of",),
    Act.UNMARK_REPEAT: ("repeat_of",),
    Act.MERGE: ("merged_into", "leg_uuid", "draft_uuid", *_FACE),
    Act.ADD_MESSAGES: ("importance", *_FACE),
    Act.SPLIT: _FACE,
    Act.SPLIT_OFF: _FACE,
    Act.UNMERGE: ("merged_into", "agency_id", *_FACE),
    Act.RETIME: ("regulation_id",),
}

_ENDED = ("leg", "update", ("state", "finished_at"))
_ATTACHED = ("attachment", "insert", ())
_LENT = (("lent", "delete", ()), ("lent", "insert", ()))

# (table, verb, columns); of an insert every column, of a delete none.
ROWS: dict[Act, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    Act.ENTER: (("message", "insert", ()),),
    Act.COLLECT: (("message", "insert", ()),),
    Act.DETECT: (("message", "update", ("detected_at",)),),
    Act.REINSTATE: (("message", "update", ("detected_at",)),),
    Act.EXCLUDE: (_ENDED,),
    Act.ROUTE: (("leg", "insert", ()), _ENDED),
    Act.REROUTE: (("leg", "insert", ()), _ENDED),
    Act.ORDER: (("leg", "insert", ()), ("leg", "update", ("state", "finished_at", "kind"))),
    Act.RETURN: (_ENDED,),
    Act.OPEN: (("leg", "update", ("opened_at",)),),
    Act.SUBMIT: (("draft", "insert", ()), _ATTACHED, _ENDED),
    Act.APPROVE: (("approval", "insert", ()), ("rendering", "insert", ())),
    Act.REWORK: (("approval", "insert", ()),),
    Act.PLACE: (("publication", "insert", ()), _ATTACHED),
    Act.PUBLISH: (("publication", "insert", ()), _ATTACHED, _ENDED),
    Act.PASS_ON: (("leg", "update", ("state", "received_at")),),
    Act.SEND_BACK: (_ENDED,),
    Act.CORRECT: (_ENDED,),
    Act.WITHDRAW_CORRECTION: (_ENDED,),
    Act.REPLY_RECEIVED: (("reply", "insert", ()),),
    Act.CLOSE_WITHOUT_REPLY: (_ENDED,),
    Act.MERGE: (("message", "update", ("detected_at", "case_id")), _ENDED),
    Act.SPLIT: (("message", "update", ("case_id",)),),
    Act.TAKE: (("lent", "delete", ()),),
    Act.HAND_OVER: _LENT,
    Act.ASSIGN: (("leg", "update", ("executor_id",)), *_LENT),
    Act.REPORT_GOVERNOR: (("governor_report", "insert", ()),),
}
