"""What keeps other processes out of an embedded database."""

import subprocess
import sys

# Of the file beside a database that its desks share, the byte that each of them holds.
HELD = 128
LOCK = f"""
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, {HELD})
    except OSError:
        sys.exit(1)
"""


def is_free(path):
    """Whether another process could take what holds the database's shared file."""
    return subprocess.run([sys.executable, "-c", LOCK, str(path)], check=False).returncode == 0
