"""The choices of one question as buttons: each is a stop of the Tab key, and Space takes it."""

from typing import Any

import ipywidgets
import traitlets

from sevenways.widgets.questions import Choice


class Options(ipywidgets.VBox):
    """The choices of a question; `value` is the one that is taken, or None.

    Each is a button of its own, so that Tab goes from one to the next and Space takes it. Among the buttons of one RadioButtons only
    the arrow keys choose, and those JupyterLab takes for itself.
    """

    value = traitlets.Any(None, allow_none=True)

    def __init__(self, options: list[tuple[str, Choice]]):
        self._buttons = [ipywidgets.RadioButtons(options=[option], index=None) for option in options]
        for button in self._buttons:
            button.layout.width, button.layout.margin = "auto", "0 2px"
            button.observe(self._taken, names="value")
        super().__init__(self._buttons)
        self.observe(self._show, names="value")

    def _taken(self, change: dict[str, Any]) -> None:
        if change["new"] is not None:
            self.value = change["new"]

    def _show(self, change: dict[str, Any]) -> None:
        for button in self._buttons:
            button.index = 0 if change["new"] is button.options[0][1] else None

    def freeze(self, frozen: bool) -> None:
        """Let no other be taken, or let one be taken again."""
        for button in self._buttons:
            button.disabled = frozen
