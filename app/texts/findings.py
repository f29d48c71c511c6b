"""What a verification found, in words: one line a finding."""

from app.services.verifying import Finding
from app.texts import mark, tr

_WHAT = {
    "history_missing": mark("the case has no history"),
    "act_missing": mark("an act is missing from the history"),
    "hash_broken": mark("the record of the act was changed after it was made"),
    "time_backwards": mark("the times of the acts run backwards"),
    "payload_unreadable": mark("the document of the act cannot be read"),
    "state_broken": mark("the state does not follow from the act before"),
    "act_unknown": mark("the workflow does not know this act here"),
    "rules_missing": mark("the regulation or the hours of the act are gone or were changed"),
    "act_clocks_differ": mark("the clocks that the act recorded do not follow from its facts"),
    "clock_missing": mark("a clock is missing"),
    "clock_extra": mark("there is a clock that no act started"),
    "clock_differs": mark("a clock does not follow from the history"),
    "case_differs": mark("the case does not follow from its history"),
    "leg_differs": mark("whether the act binds the agency of a leg does not follow from the history"),
    "message_differs": mark("the detection of a message does not follow from the history"),
    "entry_missing": mark("an entry is missing from the journal"),
    "entry_broken": mark("an entry of the journal was changed after it was made"),
    "publication_differs": mark("a publication is not the one that was recorded"),
    "publication_unrecorded": mark("there is a publication that no act recorded"),
    "file_differs": mark("an attachment is not the one that was recorded"),
    "file_unrecorded": mark("there is an attachment that no act recorded"),
    "content_differs": mark("the content of an attachment was changed after it was stored"),
    "report_differs": mark("a report to the Governor is not what was recorded"),
    "episode_differs": mark("an episode does not follow from the journal"),
    "surge_differs": mark("the decision on a proposal does not follow from the journal"),
    "forgetting_unrecorded": mark("who wrote a message was erased, and the journal does not tell of it"),
    "text_differs": mark("a text is not the one that was recorded"),
}


def finding_words(finding: Finding) -> str:
    """ "46-2026-000017, act 4: …; expected …, found …" """
    what = tr(_WHAT[finding.code])
    where = finding.number if finding.seq is None else tr("{number}, act {seq}", number=finding.number, seq=finding.seq)
    return tr("{where}: {what}. Expected: {expected}. Found: {found}.", where=where, what=what,
              expected=finding.expected or "—", found=finding.found or "—")  # fmt: skip
