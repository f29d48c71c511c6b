"""The guidance library of the demo region: invented instructions, model answers and a consultation."""

import tomllib
from collections.abc import Mapping

from app.resources import resource
from app.services.guidance import GuidanceFacts, add_guidance
from app.services.workplace import Workplace


async def add_library(
    place: Workplace, topic_ids: Mapping[tuple[str, str], int], agency_ids: Mapping[str, int]
) -> None:
    """Write the pages as the curator at `place`."""
    raw = tomllib.loads(resource("demo/kursk/guidance.toml").read_text(encoding="utf-8"))
    for page in raw["page"]:
        topic, agency = page.pop("topic", None), page.pop("agency", None)
        facts = GuidanceFacts(
            topic_id=topic_ids[topic[0], topic[1]] if topic else None,
            agency_id=agency_ids[agency] if agency else None,
            **{**page, "text": page["text"].strip()},
        )
        await add_guidance(place, facts)
