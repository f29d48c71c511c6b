"""The tests' own PostgreSQL ends with whoever started it."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.waiting import until

STARTS_AND_DIES = """
import os, signal
from tests.helpers.postgres import Server
server = Server()
print(server.port, server.home, flush=True)
{end}
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "server.stop()"])
async def test_no_server_outlives_the_one_who_started_it(end):
    said = subprocess.run([sys.executable, "-c", STARTS_AND_DIES.format(end=end)], capture_output=True, text=True)
    port, home = said.stdout.split()

    await until(lambda: not Path(home).exists())

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)))
