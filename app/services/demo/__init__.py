"""The demo region: its content as data."""
