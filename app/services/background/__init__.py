"""Background work: one worker at a time by lease, and the jobs it does."""
