"""Messages come in: table files are read, understood by their headers and cleaned, row by row.

A file is opened by `tables.open_table`, its rows are cleaned by `rows.read_rows`; nothing here touches the database.
"""
