"""What a file is, told by its content, never by its name: photos, videos and documents that a card may hold."""

import zipfile
from pathlib import Path, PurePath

HEAD_BYTES = 4096

# Media type → the suffix a copy is opened under, so that no name can pass for another kind.
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_ALIASES = {".jpeg": ".jpg", ".jpe": ".jpg", ".jfif": ".jpg", ".tiff": ".tif", ".heif": ".heic", ".m4v": ".mp4"}
# What the name of a picture or video ends with: enough to guess by, never to judge by.
SEEN_SUFFIXES = frozenset(
    {suffix for kind, suffix in SUFFIXES.items() if kind.startswith(("image/", "video/"))} | set(_ALIASES)
)
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
)
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"qt  ": "video/quicktime"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def media_type_of(head: bytes, path: Path | None = None) -> str | None:
    """The media type by the first HEAD_BYTES of a file; None for what a card does not hold (programs, archives …).

    `path` lets office documents, which are archives, be told from other archives.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _BRANDS.get(brand, "video/3gpp" if brand.startswith(b"3g") else "video/mp4")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(_OLD_OFFICE) and path is not None:
        return {".doc": "application/msword", ".xls": "application/vnd.ms-excel"}.get(path.suffix.lower())
    return _office(path) if head.startswith(b"PK\x03\x04") and path is not None else None


def _office(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                kind = archive.read("mimetype")[:100].decode("ascii", "replace")
                return kind if kind in SUFFIXES else None
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return next((kind for part, kind in _OFFICE.items() if part in names), None)


def with_suffix_of(name: str, kind: str) -> str:
    """`name` with the suffix of its kind: "photo.exe" that holds a JPEG is "photo.exe.jpg"."""
    suffix = SUFFIXES[kind]
    own = PurePath(name).suffix.lower()
    return name if _ALIASES.get(own, own) == suffix else name + suffix
