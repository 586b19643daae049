"""Strands: blocking code that can stand still in the middle of a call, however deep, while other code runs.

A platform offers four names. `Strand(run, parent)` is a class to inherit from: `switch()` runs it until it switches elsewhere; when
it ends, control is with its `parent`, which may be set anew before each switch; `dead` says whether it has ended. `current()` is the
strand whose code runs now, and there is one for the code that started none. `StrandExit` is raised inside a strand that the platform
collects unfinished: our code lets it pass. `use_context(strand, context)` says which contextvars a strand has, before it runs.
"""

from contextvars import Context

from greenlet import GreenletExit as StrandExit
from greenlet import getcurrent as current
from greenlet import greenlet as Strand

__all__ = ["Strand", "StrandExit", "current", "use_context"]


def use_context(strand: Strand, context: Context) -> None:
    strand.gr_context = context
