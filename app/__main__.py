"""Start of the program: python -m app."""

import sys

from app.cli import main

if __name__ == "__main__":  # a process spawned to write a workbook imports this module too
    sys.exit(main())
