"""Letters to executors and officials: written by rules, kept in an outbox, sent at most once."""
