"""How a desk that runs is known by others: without the network library, which most starts do not need."""

import hashlib
import sys
import tempfile
from pathlib import Path


def socket_name(folder: Path) -> str:
    """The name of the local socket that the desk of a data folder hears on."""
    return f"cur-desk-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"


def may_run(folder: Path) -> bool:
    """Whether a desk of this folder may be running: on Windows only asking it tells."""
    return sys.platform == "win32" or (Path(tempfile.gettempdir()) / socket_name(folder)).exists()
