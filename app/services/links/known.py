"""The id by which a link is known again however it was written."""

import hashlib
from functools import lru_cache

from app.regulation.errors import Refused
from app.services.links.recognising import recognise

_LONGEST = 200


@lru_cache(maxsize=4096)
def link_id_of(link: str) -> str:
    """The canonical id of what a link leads to, at most 200 characters (a longer one by its digest).

    Empty for no link, and for one that leads to nothing that can be told.
    """
    if not link.strip():
        return ""
    try:
        found = recognise(link)
    except Refused:
        return ""
    if found.kind == "short":
        return ""  # only the network knows what it leads to, and may change it
    whole = found.canonical_id.replace("\0", "")
    if len(whole) <= _LONGEST:
        return whole
    return f"{found.network}:{found.kind}:sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


def is_of_one_message(link_id: str, post_kind: str) -> bool:
    """Whether this link is that of a single message: a comment's own one, or a post's where the message is the post.

    Comments told with the link of their post share it; a page of a site may be anything.
    """
    network, _, rest = link_id.partition(":")
    kind = rest.partition(":")[0]
    return kind.endswith("comment") or (kind == "post" and post_kind == "post" and network != "blog")
