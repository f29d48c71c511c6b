"""Use cases: one function per use case, one unit of work per operation. No Qt here."""
