"""The desk itself: the main window with its queues, bars and keys."""
