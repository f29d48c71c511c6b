"""What a setting or a key of a network looks like: what is of another shape is refused before the network is asked."""

import re
from dataclasses import dataclass

from app.regulation.errors import Refused

LONGEST_TOKEN, MOST_SHOWN = 4096, 60


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern whose first group is what is kept, and how it is shown to a person."""

    pattern: re.Pattern[str]
    example: str

    def read(self, setting: str, text: str) -> str:
        """What is kept of `text`. Raises Refused("connector_id_malformed")."""
        found = self.pattern.fullmatch(text)
        if found is None:
            shown = text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
            raise Refused("connector_id_malformed", setting=setting, value=shown, example=self.example)
        return found.group(1)


# Also out of a link, as people copy it; VK's API counts communities with a minus in front.
SHAPES: dict[tuple[str, str], Shape] = {
    ("vk", "group_id"): Shape(re.compile(r"(?:\S*/)?(?:club|public|-)?(\d+)/?"), "214000001, vk.com/club214000001"),
    ("ok", "group_id"): Shape(re.compile(r"(?:\S*/)?(\d+)/?"), "53396058603765, ok.ru/group/53396058603765"),
    ("telegram", "channel"): Shape(re.compile(r"(?:(?:https?://)?t\.me/)?(@?[A-Za-z]\w{0,63}|-?\d+)/?", re.ASCII),
                                   "@kursk_region, t.me/kursk_region"),
    ("youtube", "channel_id"): Shape(re.compile(r"(?:\S*/channel/)?(UC[\w-]{1,60})/?", re.ASCII),
                                     "UCxxxxxxxxxxxxxxxxxxxxxx, youtube.com/channel/UCxxxxxxxxxxxxxxxxxxxxxx"),
    ("max", "chat_id"): Shape(re.compile(r"(?:\S*/)?(-?\d+)/?"), "-70000000000001"),
}  # fmt: skip


def check_token(name: str, token: str) -> None:
    """A key is one word as the network shows it. Raises Refused("token_malformed") with its name, never with it."""
    word = token.strip()
    if len(word) > LONGEST_TOKEN or not word.isprintable() or re.search(r"[\s\"'«»]", word):
        raise Refused("token_malformed", token=name)
