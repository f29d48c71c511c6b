"""Where the files that ship with the program lie: beside the package in a checkout, inside it when installed."""

from pathlib import Path

_HERE = Path(__file__).parent
ROOT = _HERE / "resources" if (_HERE / "resources").is_dir() else _HERE.parent / "resources"


def resource(name: str) -> Path:
    """The path of a shipped file or folder, by its name under resources/ ("icons/late.svg")."""
    return ROOT / name
