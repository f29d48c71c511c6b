"""What may go wrong with a network, in one taxonomy for all of them: what to do next follows from the class alone.

Each fault carries a code and parameters for a sentence (app.texts.networks); never a token, an address with a token,
or a network's own words where those may repeat what was sent.
"""

from datetime import datetime
from typing import Any, ClassVar

# What an answer of another shape than documented raises while it is read.
MISREAD = (KeyError, TypeError, ValueError, IndexError, AttributeError)


class Fault(Exception):
    """A network did not do what was asked. `code` names why within the class."""

    code: ClassVar[str] = "network_refused"

    def __init__(self, code: str = "", **params: Any) -> None:
        self.code = code or type(self).code  # type: ignore[misc]
        self.params = params
        super().__init__(self.code, params)


class RetryAfter(Fault):
    """The same may be asked again in `seconds`; nothing was done."""

    code = "asked_too_often"

    def __init__(self, seconds: float, code: str = "", **params: Any) -> None:
        super().__init__(code, seconds=seconds, **params)
        self.seconds = seconds


class Quota(Fault):
    """The allowance of the period is used up; it begins anew at `until`."""

    code = "quota_used"

    def __init__(self, until: datetime, code: str = "", **params: Any) -> None:
        super().__init__(code, until=until, **params)
        self.until = until


class AuthFailed(Fault):
    """The token is unknown, expired or withdrawn: connect anew."""

    code = "token_refused"


class WrongToken(Fault):
    """The token is good, but its kind cannot do this; `kind` is the one needed."""

    code = "token_of_wrong_kind"


class NoRights(Fault):
    """The account has no right to this here."""

    code = "no_rights"


class TargetGone(Fault):
    """What was to be answered is not there any more."""

    code = "target_gone"


class TargetClosed(Fault):
    """It is there, and takes no answer: comments are closed, the page is private."""

    code = "comments_closed"


class ContentRejected(Fault):
    """The network does not take this text."""

    code = "text_rejected"


class HumanNeeded(Fault):
    """A person has to do something in the network itself: a captcha, a confirmation."""

    code = "person_needed"


class Unreachable(Fault):
    """Nothing was sent, or what was asked changes nothing: it may be repeated."""

    code = "not_reached"


class Unreadable(Fault):
    """Something else than the network answered: a login page of the provider, a broken answer. Nothing was changed."""

    code = "answer_unreadable"


class Ambiguous(Fault):
    """A publication was sent and its outcome was not heard: never repeated blindly."""

    code = "outcome_unknown"


class Forbidden(Fault):
    """Our own list of hosts forbids it: nothing was sent."""

    code = "host_not_listed"
