"""Dialogs that ask for what an act needs: plain data in, a frozen decision out; none of them saves."""
