"""Explorer: a scenario with knobs. It re-runs the notebook's own function and shows what happened.

A VBox of controls, a status line and an HTML picture: no `interact` and no `Output`, whose outputs can't be compared. Its mime bundle
carries the default run as SVG and text, so a page without a kernel shows the same.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import ipywidgets

from motoclock.asking import asked
from motoclock.wording import listed
from sevenways.draw.column import height_of, inline, stacked, text_picture
from sevenways.draw.picture import HIGHEST
from sevenways.widgets import page
from sevenways.widgets.alive import Alive
from sevenways.widgets.controls import Control, in_words, make_controls
from sevenways.widgets.home_thread import HomeThread
from sevenways.widgets.scene import VIEWS, Mistake, Scene, View, play

RUN_ME = "A picture of the first run. In JupyterLab, run this cell to turn the knobs:"
_SMALL = 170  # pixels of height: a table of numbers is shown, however high what stands above it
_numbers = itertools.count()  # keeps apart the names inside the SVGs of one page; never in a stored output


class Explorer(Alive):
    """Controls for the arguments of `scenario`, a function that opens a Cloud, runs it and returns it.

    Each keyword becomes a control (see `controls`): `Explorer(shop, batch_size=(1, 10), maximum_concurrency=[None, 2, 5])`.
    `show` chooses among "diagram", "timeline", "backlog" and "summary". The scenario may also return a picture of its own, or
    a tuple of pictures and Clouds. `labels` are words for knobs whose argument's name says too little: {"how": "invocation type"}.
    It runs while the learner's own world is parked; its error is shown as a sentence.
    """

    @asked
    def __init__(
        self,
        scenario: Callable[..., Any],
        *,
        show: str | Iterable[str] = VIEWS,
        labels: Mapping[str, str] = MappingProxyType({}),
        **controls: Any,
    ):
        show = (show,) if isinstance(show, str) else tuple(show)
        if unknown := [view for view in show if view not in VIEWS]:
            raise ValueError(f"show={unknown[0]!r}: choose among {', '.join(VIEWS)}.")
        self._scenario, self._show, self._prefix = scenario, show, f"explorer{next(_numbers)}-"
        self._name = getattr(scenario, "__name__", "scenario")
        self._controls = make_controls(scenario, controls, labels)
        self.controls = {name: control.widget for name, control in self._controls.items()}
        self.status = ipywidgets.HTML()
        self.picture = ipywidgets.HTML()
        self._panels = ""
        self._resetting = False
        self._change = ""
        self._home = HomeThread(self._run_again)
        self._default = self._play()
        self._draw(self._default)
        for control in self._controls.values():
            control.widget.observe(lambda change, control=control: self._changed(control), names="value")
        super().__init__([*self._knobs(), self.status, self.picture])

    def reset(self) -> None:
        """Put every control back to where it started, and run once."""
        self._resetting = True
        try:
            for control in self._controls.values():
                control.widget.value = control.default
        finally:
            self._resetting = False
        self._change = "Back at the start."
        self._home.run()

    @property
    def svg(self) -> str:
        """The default run as one SVG: what it came to in a sentence, and the pictures for which a screen has room, in their order."""
        if isinstance(self._default, Mistake):
            return ""
        knobs = ", ".join(control.label for control in self._controls.values())
        first = [text_picture(f"{RUN_ME} {knobs}")] if knobs else []
        views, left_out = _that_fit(self._default.views)
        said = [self._default.sentence] if left_out else []
        last = [text_picture(f"JupyterLab also shows {listed(left_out)}.")] if left_out else []
        shown = [*first, *map(text_picture, said), *(view.svg for view in views), *last]
        return stacked(shown, f"Explorer of {self._name}", self._default.sentence)

    @property
    def text(self) -> str:
        """The default run in words: the knobs, then the text twins of the pictures."""
        knobs = [
            f"  {control.label}: {in_words(control.default)} ({control.choices})" for control in self._controls.values()
        ]
        shown = self._default.sentence if isinstance(self._default, Mistake) else self._default.text
        return "\n".join([f"Explorer of {self._name}", *knobs, "", shown])

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = {**(super()._repr_mimebundle_(**kwargs) or {}), "text/plain": self.text}
        return {**bundle, "image/svg+xml": self.svg} if self.svg else bundle

    def _changed(self, control: Control) -> None:
        if not self._resetting:
            self._change = control.setting()
            self._home.run()

    def _run_again(self) -> None:
        self._draw(self._play())

    def _play(self) -> Scene | Mistake:
        return play(self._scenario, {name: widget.value for name, widget in self.controls.items()}, self._show)

    def _draw(self, scene: Scene | Mistake) -> None:
        lead = f"{self._change} " if self._change else ""
        if isinstance(scene, Mistake):
            self.picture.value = page.error(scene.sentence, self._panels)
            self.status.value = page.status(f"{lead}No picture.")
            return
        self._panels = page.panels(
            [view.html or inline(view.svg, f"{self._prefix}{number}-") for number, view in enumerate(scene.views)]
        )
        self.picture.value = self._panels
        self.status.value = page.status(f"{lead}{scene.sentence}")

    def _knobs(self) -> list[ipywidgets.Widget]:
        if not self._controls:
            return []
        button = ipywidgets.Button(description="reset", tooltip="every knob back to where it started", icon="undo")
        button.layout.width = "7em"
        button.on_click(lambda _: self.reset())
        knobs = ipywidgets.GridBox(list(self.controls.values()))
        knobs.layout.grid_template_columns = "repeat(auto-fill, minmax(27em, 1fr))"
        knobs.layout.grid_gap = "0 1em"
        return [knobs, button]


def _that_fit(views: tuple[View, ...]) -> tuple[list[View], list[str]]:
    """Those that are no higher than a screen together, the first and a small one in any case, and what the others are called."""
    shown: list[View] = []
    left_out: list[str] = []
    room: float = HIGHEST
    for view in views:
        high = height_of(view.svg)
        if shown and high > max(room, _SMALL):
            left_out.append(view.name)
        else:
            shown.append(view)
            room -= high
    return shown, left_out
