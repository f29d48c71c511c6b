"""Reports: read from the database as frozen facts, written as workbooks apart from the window."""
