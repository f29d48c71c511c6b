"""The heart: pure rules of the acts. Standard library only; no Qt, no SQL, no clock of its own."""
