"""A memo as a Word document, from the region's template or the shipped one (`memo.docx`)."""

from collections.abc import Mapping
from pathlib import Path

from app.services.documents import Lists, template, write_document
from app.services.journal import note_down
from app.services.memos import Addressee, MemoView
from app.services.workplace import Workplace
from app.texts.memo import clause_of, held_against, shortcoming_words
from app.texts.moments import day

TEMPLATE = "memo.docx"


async def write_memo(place: Workplace, memo: MemoView, path: Path, own_folder: Path | None = None) -> None:
    """Write the document at `path`. Raises Refused: "file_unwritable", or what is wrong with the template."""
    await write_document(template(TEMPLATE, own_folder), path, memo_values(place, memo), memo_lists(place, memo))
    async with place.database.write() as connection:
        await note_down(connection, place, memo.uuid, "memo_written", {"version": memo.version})


def memo_values(place: Workplace, memo: MemoView) -> Mapping[str, str]:
    """What the places of the template stand for."""
    rules = place.rules()
    on = memo.sent_at or place.now()
    return {
        "number": str(memo.id),
        "date": day(on.astimezone(rules.agency.zone).date()),
        "title": memo.title,
        "text": memo.text,
        "begin": day(memo.begin),
        "end": day(memo.end),
        "author": memo.author,
        "author_post": memo.author_post,
        "body": memo.body,
        "region": rules.profile.region,
        "act": rules.profile.short_act,
    }


def memo_lists(place: Workplace, memo: MemoView) -> Lists:
    """Its repeated places: `addressees` (post, name) and `items` (n, number, agency, what, clause)."""
    rules = place.rules()
    items = [
        {
            "n": str(number),
            "number": item.found.number,
            "agency": held_against(item.found),
            "what": shortcoming_words(item.found, rules),
            "clause": clause_of(item.found) or "—",
        }
        for number, item in enumerate(memo.items, start=1)
    ]
    return {"addressees": [_addressed(each) for each in memo.addressees], "items": items}


def _addressed(addressee: Addressee) -> dict[str, str]:
    return {"name": addressee.name, "post": addressee.post}
