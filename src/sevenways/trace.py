"""The record of all that happened in a Cloud: the engine's, at the course's door."""

from motoclock.trace import *  # noqa: F403
