"""Suggestions of topic, agency and place, learned from a region's own decisions."""

import os

# Numpy reads it when it is first imported: threads of its own wait for one another longer than one needs alone for
# matrices of this size, and learning beside an open desk must not take every core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
