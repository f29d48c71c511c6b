"""A message on its way in, and what follows from it: what makes it known, what its link leads to."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Self

from app.services.folding import excerpt, fold
from app.services.links.known import link_id_of

# The width of the column; a longer number of a source is kept as its digest, so that no two run into one.
_KEY_LENGTH = 100


@dataclass(frozen=True)  # no slots: what follows from it is worked out once, and asked for several times
class Incoming:
    """A message to take in. `detected_at` is set where it is known that a curator detected it, and when.

    `is_another` says that the link is known and this is another message there: a comment under the same post.
    """

    text: str
    source_code: str
    key: str = ""
    post_kind: str = ""
    link: str = ""
    author_name: str = ""
    author_link: str = ""
    place: str = ""
    topic: str = ""
    agency: str = ""
    posted_at: datetime | None = None
    detected_at: datetime | None = None
    is_another: bool = False
    author_contact: str = ""

    @cached_property
    def intake_key(self) -> str:
        """What makes a second arrival of the same message known: its number, else its link with its words (comments
        share the link of their post), else its content."""
        if self.key:
            return self.key if len(self.key) <= _KEY_LENGTH else "key:" + hashlib.sha256(self.key.encode()).hexdigest()
        if self.link:
            content = "\0".join((self.link.strip(), fold(self.text)))
            return "link:" + hashlib.sha256(content.encode()).hexdigest()
        content = "\0".join((fold(self.text), fold(self.author_name), self.source_code))
        return "text:" + hashlib.sha256(content.encode()).hexdigest()

    @cached_property
    def link_id(self) -> str:
        """The canonical id of what the link leads to, empty where it cannot be told (see `links.link_id_of`)."""
        return link_id_of(self.link)

    @cached_property
    def excerpt(self) -> str:
        """The beginning of its text, for a table."""
        return excerpt(self.text.replace("\0", ""))

    @cached_property
    def folded(self) -> str:
        """What the filter of a queue looks in."""
        return fold(" ".join((self.text, self.place, self.topic, self.agency)).replace("\0", ""))

    def worked_out(self) -> Self:
        """The same, with all that follows from it known already: a reader apart spares the desk this work."""
        _ = self.intake_key, self.link_id, self.excerpt, self.folded
        return self

    def detected(self, at: datetime | None) -> Self:
        """The same message, detected then; what was worked out of it stays known."""
        twin = replace(self, detected_at=at)
        twin.__dict__.update({name: value for name, value in self.__dict__.items() if name not in twin.__dict__})
        return twin
