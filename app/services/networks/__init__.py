"""Social networks: one adapter each behind one contract, what is collected through them and how far."""
