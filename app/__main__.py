"""Start of the program: python -m app."""

import sys

from app.cli import main

if __name__ == "__main__":  # a process spawned to write a workbook imports this module too
    if getattr(sys, "frozen", False):  # packed into a folder, such a process is this program started again
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(main())
