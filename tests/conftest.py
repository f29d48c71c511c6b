"""Shared by all tests: the offscreen platform, and hypothesis without deadlines on noisy machines."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")
