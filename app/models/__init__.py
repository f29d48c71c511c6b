"""Tables, migrations and the guards that live in the database."""
