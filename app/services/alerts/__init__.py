"""Alerts of clocks: raised by the worker, told at desks, acknowledged, set aside, and counted."""
