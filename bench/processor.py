"""What work costs: processor seconds, so that other programs on the machine do not count."""

import resource


def seconds() -> float:
    """Processor seconds of this process so far, in user code and in the system, and of the programs that it ran to their end."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)
