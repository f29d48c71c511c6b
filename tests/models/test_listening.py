"""The connection that listens, as its driver behaves when the server goes."""

import asyncpg
import pytest

from app.models.listening import Listener


class Driver:
    """A driver whose connection is being lost."""

    def __init__(self, error):
        self.error = error

    async def fetch(self, *_, **__):
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_question_to_a_connection_that_is_lost_has_no_answer(error):
    assert await Listener(Driver(error)).ask("SELECT 1", ()) is None
