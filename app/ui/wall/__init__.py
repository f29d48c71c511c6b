"""The wall: one window that nobody operates, read from six metres."""
