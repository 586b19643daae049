"""Event patterns and filter policies, with the reason for every miss: the engine's, at the course's door."""

from motoclock.matching import *  # noqa: F403
