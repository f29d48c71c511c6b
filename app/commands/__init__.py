"""What the command line can do, one module for each noun; app/cli.py reads the arguments and calls them."""
