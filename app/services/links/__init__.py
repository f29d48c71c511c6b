"""Links of messages and answers: which network, what kind of thing, and the one form every copy of it shares."""

from app.services.links.link import Link
from app.services.links.recognising import find_links, recognise

__all__ = ["Link", "find_links", "recognise"]
