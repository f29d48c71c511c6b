"""Why a file or a folder could not be used, in the program's language whatever the system's is."""

import errno

from app.texts.catalog import mark, tr

_REASONS = {
    errno.ENOENT: mark("there is no such file or folder"),
    errno.EACCES: mark("access is denied"),
    errno.EPERM: mark("access is denied"),
    errno.ENOSPC: mark("the disk is full"),
    errno.EROFS: mark("the disk is read-only"),
    errno.EISDIR: mark("it is a folder"),
    errno.ENOTDIR: mark("a part of the path is not a folder"),
    errno.ENAMETOOLONG: mark("the name is too long"),
    errno.EBUSY: mark("another program uses it"),
    errno.EIO: mark("the disk does not answer"),
}


def reason_of(error: OSError) -> str:
    """What the system said of a file, without the file's name; a rare reason is in the system's own words."""
    known = _REASONS.get(error.errno or 0)
    return tr(known) if known else error.strerror or str(error)
