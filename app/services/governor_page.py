"""Everything that waits for the Governor and what was reported, as the page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.models import Message
from app.services.episodes import EpisodeCaseView, EpisodeView, list_episodes, read_episode
from app.services.governor import MarkedCase, ReportView, list_marked, list_reports
from app.services.surges import SurgeView, list_surges
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows: proposals, significant cases that wait, episodes open and closed, and what was reported."""

    surges: tuple[SurgeView, ...]
    marked: tuple[MarkedCase, ...]
    episodes: tuple[EpisodeView, ...]
    closed: tuple[EpisodeView, ...]
    dismissed: tuple[SurgeView, ...]
    reports: tuple[ReportView, ...]

    @property
    def waiting(self) -> int:
        """How much waits for somebody, as the badge counts (attention.waiting_for_governor)."""
        return len(self.surges) + len(self.marked) + sum(each.reported_at is None for each in self.episodes)


async def read_overview(place: Workplace) -> Overview:
    """Read the whole page."""
    return Overview(
        surges=tuple(await list_surges(place)),
        marked=tuple(await list_marked(place)),
        episodes=tuple(await list_episodes(place)),
        closed=tuple(await list_episodes(place, closed=True)),
        dismissed=tuple(await list_surges(place, ("dismissed",))),
        reports=tuple(await list_reports(place)),
    )


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """An episode with what its page to the Governor is made from."""

    episode: EpisodeView
    cases: tuple[EpisodeCaseView, ...]
    texts: tuple[str, ...]
    surge: SurgeView | None


async def read_episode_file(place: Workplace, uuid: str) -> EpisodeFile:
    """The episode, its cases, a few of its messages whole, and the proposal it followed."""
    episode, cases = await read_episode(place, uuid)
    texts = await read_texts(place, [case.case_id for case in cases[:3]])
    surges = await list_surges(place, ("confirmed",)) if episode.surge_uuid else []
    surge = next((each for each in surges if each.uuid == episode.surge_uuid), None)
    return EpisodeFile(episode, tuple(cases), tuple(texts.values()), surge)


async def read_texts(place: Workplace, case_ids: list[int]) -> Mapping[int, str]:
    """The first message of each case, whole."""
    query = select(Message.case_id, Message.text).where(Message.case_id.in_(case_ids)).order_by(Message.id.desc())
    async with place.database.read() as connection:
        return {row.case_id: row.text for row in await connection.execute(query)}

