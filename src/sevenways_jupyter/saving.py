"""What the server saves of our widgets: the picture, and not the reference to a widget that dies with its kernel.

JupyterLab prefers a widget to the picture beside it. In a notebook that is opened again the widget is gone, and in its place stood
"Error displaying widget: model not found". Without the reference the static twin is shown, which says how to bring the widget back.
"""

from __future__ import annotations

from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"
TWINS = ("image/svg+xml", "text/html")


def keep_static_twins(model: dict[str, Any], **_: Any) -> None:
    """A `pre_save_hook`: the widget's reference leaves each output that has a picture or HTML as well. Changes the model in place."""
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    for cell in model["content"].get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data") or {}
            if WIDGET in data and any(twin in data for twin in TWINS):
                del data[WIDGET]
