"""Build resources/fonts/*.ttf from the npm package @fontsource/golos-text, which ships woff2 split by script.

For a maintainer, by hand: `npm pack @fontsource/golos-text`, unpack, `pip install fonttools brotli`, then
`python packaging/merge_golos.py package/files resources/fonts`. Qt does not read woff2 on every platform, so
the program carries plain TTF.
"""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
WEIGHTS = {400: "GolosText-Regular.ttf", 600: "GolosText-SemiBold.ttf"}
NEEDED = "AzЯяЁё№₽«»—–…−·×0123456789"


def merge(files: Path, weight: int, target: Path) -> None:
    """Merge the subsets of one `weight` in the folder `files` into the font `target`."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for subset in SUBSETS:
            font = TTFont(files / f"golos-text-{subset}-{weight}-normal.woff2")
            font.flavor = None
            part = Path(folder) / f"{subset}.ttf"
            font.save(part)
            parts.append(str(part))
        merged = Merger().merge(parts)
    missing = [char for char in NEEDED if ord(char) not in merged.getBestCmap()]
    if missing:
        raise SystemExit(f"{target.name} lacks {missing}")
    merged.save(target)


if __name__ == "__main__":
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for number, name in WEIGHTS.items():
        merge(source, number, folder / name)
