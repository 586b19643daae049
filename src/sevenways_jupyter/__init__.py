"""What Jupyter itself loads, in every kernel and server of this environment, before a learner has imported anything.

`pip install` puts two small files into the environment's `etc/` (see pyproject.toml): one makes this package an IPython extension of
each kernel, the other an extension of the server. It imports next to nothing, so that a kernel starts as fast as without it.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Show a mistake without the packages' own lines; answer a missing name and a closed Cloud with the cell to run."""
    shell.set_custom_exc((Exception, KeyboardInterrupt), answer)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "sevenways_jupyter"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Save the pictures of widgets, and not the references that die with their kernel."""
    from sevenways_jupyter.saving import keep_static_twins

    server.contents_manager.register_pre_save_hook(keep_static_twins)


def answer(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    """Show the learner's own lines, the last one with what to do added. IPython binds it to the shell as a method."""
    from sevenways_jupyter.frames import hide_packages

    try:
        add_what_to_do(shell, error)
        hide_packages(error)
    finally:
        shell.showtraceback((kind, error, error.__traceback__ or trace), tb_offset=tb_offset)


def add_what_to_do(shell: Any, error: BaseException) -> None:
    """Put the sentence behind the error's own words, if there is one. Never raises."""
    from sevenways_jupyter.notebook import open_notebook

    try:
        path = open_notebook(shell.user_ns)
        if path is None:
            return
        from sevenways.way.answers import what_to_do

        cell = (shell.user_ns.get("In") or [""])[-1]
        sentence = what_to_do(error, path, cell, shell.user_ns)
        if sentence:
            error.args = (f"{error}. {sentence}" if not str(error).endswith(".") else f"{error} {sentence}",)
    except Exception:
        return  # the learner has one error already
