"""The card of a case: what it shows, and the acts a person may do to it."""
