"""Two curators reach for each of 10,000 messages at once: `tests.load.contested_claims`, told to the table."""

import sys

from tests.load.contested_claims import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
