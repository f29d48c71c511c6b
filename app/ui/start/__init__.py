"""Before there is a desk: opening the database, and the first start."""
