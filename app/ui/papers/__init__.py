"""Papers that leave the program: documents drawn by Qt apart from the window."""
