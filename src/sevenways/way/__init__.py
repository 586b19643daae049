"""The way through the course: its units and what is done in them, and what to run before a section that is entered in the middle."""

from sevenways.way.changes import WhatChanged, what_changed
from sevenways.way.course_map import CourseMap, course_map

__all__ = ["CourseMap", "WhatChanged", "course_map", "what_changed"]
