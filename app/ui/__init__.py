"""What people see. Folders are what the user sees; no SQL here."""
