"""Statements compiled once in a run of the tests: each test opens engines of its own, and each would compile anew.

Compiling was a quarter of what the test of a service cost. What is compiled depends on the kind of a dialect, not on
which of its objects an engine made.
"""

from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

KEPT = 2000


class Compiled(LRUCache):
    """What engines ask for compiled statements, by the kind of their dialect."""

    def get(self, key, default=None):
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key, compiled):
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def share():
    """From now on all engines keep their compiled statements in one place."""
    compiled = Compiled(KEPT)
    Engine._compiled_cache = property(lambda engine: compiled, lambda engine, own: None)
