"""A learner's mistake with her own lines, and none of the packages that it passed through.

A wrong knob or a refused call comes out of a dozen frames of ours, of moto and of botocore. They say nothing to a learner, and push
the sentence that does out of sight. An error that passed through none of these packages is left as it is.
"""

from __future__ import annotations

import site
import sysconfig
from collections.abc import Iterator
from types import TracebackType

PACKAGES = frozenset({"sevenways", "sevenways_jupyter", "motoclock", "moto", "botocore", "boto3"})
_LIBRARIES = tuple(
    {sysconfig.get_path(kind) for kind in ("purelib", "platlib", "stdlib", "platstdlib")} | set(site.getsitepackages())
)


def hide_packages(error: BaseException) -> None:
    """Take the frames of packages out of an error's traceback, and of those it came from. An error that has nothing else is cut off."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.__traceback__ = without_packages(error.__traceback__)
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is None or not _is_of_packages_only(before.__traceback__):
            error = before  # type: ignore[assignment]
            continue
        error.__cause__, error.__suppress_context__ = None, True
        return


def without_packages(trace: TracebackType | None) -> TracebackType | None:
    """The frames outside installed packages; all of them when none of ours is there, or nothing but ours.

    The first one stays in any case: of the error itself it is IPython's, which leaves it out on its own.
    """
    frames = list(_frames(trace))
    if not any(_is_packages(frame) for frame in frames):
        return trace
    own = [frame for frame in frames if _is_learners(frame)]
    if not own:
        return trace
    if own[0] is not frames[0]:
        own.insert(0, frames[0])
    kept: TracebackType | None = None
    for frame in reversed(own):
        kept = TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return kept


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_of_packages_only(trace: TracebackType | None) -> bool:
    frames = list(_frames(trace))
    return any(map(_is_packages, frames)) and not any(map(_is_learners, frames))


def _is_packages(frame: TracebackType) -> bool:
    return str(frame.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in PACKAGES


def _is_learners(frame: TracebackType) -> bool:
    file = frame.tb_frame.f_code.co_filename
    if "ipykernel_" in file or file.startswith("<ipython-input"):
        return True
    return not (_is_packages(frame) or file.startswith("<") or file.startswith(_LIBRARIES))
