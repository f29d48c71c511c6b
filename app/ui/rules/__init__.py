"""The parts of the page of rules: readings, limits, hours, calendar, versions, and what a change would do."""
