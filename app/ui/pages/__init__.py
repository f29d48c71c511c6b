"""Places of the desk that are not queues: one module a page, all listed in `registry`."""
