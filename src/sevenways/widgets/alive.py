"""What all our widgets have in common: they work on the thread of the cells, and say so when their kernel is gone."""

from collections.abc import Sequence

import ipywidgets

from sevenways.widgets.home_thread import keep_home

_CLASS = "sevenways-alive"
# A widget whose kernel has gone stays on the page: its sliders and buttons move, and change nothing. ipywidgets marks it.
_WHEN_DEAD = (
    f"<style>.{_CLASS}.jupyter-widgets-disconnected::before{{content:'\\2717  This has stopped: its kernel is gone, so nothing here "
    "changes any more. Run this cell again. If a name is missing then, choose Run \\2192  Run All Above Selected Cell first.';"
    "background:none;width:auto;height:auto;color:var(--jp-ui-font-color1,#222);font-family:var(--jp-ui-font-family,sans-serif);"
    "font-size:var(--jp-ui-font-size1,13px);line-height:1.45;border-left:4px solid #d55e00;padding:8px 12px;"
    "margin:4px 0 8px;display:block}"
    f".{_CLASS}.jupyter-widgets-disconnected>*{{opacity:.45;pointer-events:none}}"
    f".{_CLASS} .jupyter-widgets-disconnected::before{{content:none}}</style>"
)


class Alive(ipywidgets.VBox):
    """Widgets one below another, for a page that may outlive its kernel. The last of its children is a style and shows nothing."""

    def __init__(self, children: Sequence[ipywidgets.Widget]):
        super().__init__([*children, ipywidgets.HTML(_WHEN_DEAD, layout={"display": "none"})])
        self.add_class(_CLASS)
        keep_home(self)
