"""A wire between a desk and its server that a test can cut: what is sent is lost without a word, as in a network."""

import asyncio
import ctypes
import socket
import struct

# A filter of one instruction, "drop": not even the system acknowledges what comes.
_DROP = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
_SO_ATTACH_FILTER = 26


class Wire:
    """Passes bytes on to a port of this computer. While `is_cut` nothing arrives at either end, and nothing is refused.

    `cut_after(words)` lets the server still hear a message with these words, and cuts before its reply. `lost` counts
    the bytes that did not arrive.
    """

    def __init__(self, port: int) -> None:
        self._server_port, self.is_cut, self._words, self.lost = port, False, b"", 0
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task] = set()
        self._lines: list[_Line] = []

    async def open(self) -> int:
        """Listen; gives the port to connect to."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        self.is_cut = True

    def black_hole(self) -> None:
        """As if the machine at the other end were off: no packet is answered, neither of open lines nor of new ones."""
        for each in (*self._server.sockets, *(line.near for line in self._lines)):
            each.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, _drop_all())

    def cut_after(self, words: bytes) -> None:
        self._words = words

    def mend(self, *, is_reset: bool = True) -> None:
        """New connections get through; those that lost something are reset, or stay silent for ever."""
        self.is_cut = False
        for line in self._lines if is_reset else ():
            if line.is_dead:
                line.reset()

    async def close(self) -> None:
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _connected(self, reader, writer):
        if self.is_cut:
            return await self._keep_silent(writer)
        try:
            there = await asyncio.open_connection("127.0.0.1", self._server_port)
        except ConnectionError:
            return writer.transport.abort()
        line = _Line(writer, there[1])
        self._lines.append(line)
        both = ((reader, there[1], self._listen), (there[0], writer, None))
        tasks = [asyncio.create_task(self._pass_on(*ends, line)) for ends in both]
        self._passing |= set(tasks)
        return None

    async def _keep_silent(self, writer):
        task = asyncio.create_task(asyncio.Event().wait())
        self._passing.add(task)
        await asyncio.wait({task})  # its end is the wire's, and no news
        writer.close()

    def _listen(self, data):
        if self._words and self._words in data:
            self._words = b""
            self.is_cut = True
            return True
        return False

    async def _pass_on(self, reader, writer, listen, line):
        try:
            while data := await reader.read(65536):
                line.is_dead |= self.is_cut
                if line.is_dead:
                    self.lost += len(data)
                    continue
                if listen and listen(data):
                    line.is_dead = True
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def _drop_all():
    return struct.pack("HP", 1, ctypes.addressof(_DROP))


class _Line:
    def __init__(self, *writers):
        self.is_dead, self._writers = False, writers

    @property
    def near(self):
        return self._writers[0].transport.get_extra_info("socket")

    def reset(self):
        for writer in self._writers:
            writer.transport.abort()
