"""Seam: CloudWatch Logs, where moto keeps groups and streams; vended log delivery from an event bus is added.

Log streams that are written when somebody looks are `functions/log_streams.py`'s.
"""

from moto.logs.models import logs_backends

from motoclock.services.logs.backend import SevenLogsBackend

__all__ = ["install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first call that logs."""
    logs_backends.backend = SevenLogsBackend
