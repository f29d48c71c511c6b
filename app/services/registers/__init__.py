"""The registers an administrator keeps: one module each; what all of them do alike is in `keeping`."""
