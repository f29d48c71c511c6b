"""The registers as an administrator sees them: one module each, all shown by `pages.registers`."""
