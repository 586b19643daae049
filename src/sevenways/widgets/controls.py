"""Knobs: from a keyword of `Explorer` to a labelled control.

The keywords take ipywidgets' abbreviations: `(min, max)` and `(min, max, step)` a slider, a list a drop-down, True or False a checkbox,
a text a text field, a widget itself. None in a list is a knob that is off. Defaults come from the scenario's signature.
"""

import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

import ipywidgets

OFF = "off"
_UNITS = {"s": "s", "ms": "ms", "min": "min", "h": "h", "mb": "MB", "kb": "KB", "bytes": "bytes", "pct": "%"}
_LONG = 40  # characters of a text that can stand in a status line
_LABEL_WIDTH = "11.5em"  # "parallelization factor" fits, and so does a long choice beside it
_LAYOUT = {"width": "100%", "margin": "2px 0"}


@dataclass(frozen=True, slots=True)
class Control:
    """One knob: the scenario's argument, the words beside it, the widget, what it can be set to, where it starts."""

    name: str
    label: str
    widget: Any
    choices: str
    default: Any

    def setting(self) -> str:
        """What it is set to, as a sentence: "Handler: 2 s.", "Maximum concurrency: off."; a long text is only "changed"."""
        value, (words, unit) = self.widget.value, _parted(self.label)
        said = in_words(value)
        if isinstance(value, str) and (len(value) > _LONG or "\n" in value or not value.strip()):
            said = "changed" if value.strip() else "empty"
        elif unit and _is_number(value):
            said = f"{said} {unit}"
        return f"{words[:1].upper()}{words[1:]}: {said}."


def make_controls(
    scenario: Callable[..., Any], abbreviations: dict[str, Any], labels: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Control]:
    """A control for each keyword, in their order. `labels`: better words for an argument than its name, where it needs some.

    ValueError with a sentence for a keyword that can't become a control, and for a label of none.
    """
    if strange := [name for name in labels if name not in abbreviations]:
        raise ValueError(f"labels names {strange[0]}, for which there is no control.")
    parameters = inspect.signature(scenario).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    for name in abbreviations:
        if name not in parameters and not takes_any:
            near = difflib.get_close_matches(name, parameters, n=1)
            ask = f" Did you mean {near[0]}?" if near else ""
            raise ValueError(f"{_name(scenario)} has no argument {name}.{ask}")
    for name, parameter in parameters.items():
        needs_value = parameter.default is parameter.empty and parameter.kind in (
            parameter.POSITIONAL_ONLY,
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        )
        if needs_value and name not in abbreviations:
            raise ValueError(f"{_name(scenario)} needs a value for {name}: give it a default or a control.")
    return {
        name: make_control(
            name,
            abbreviation,
            parameters[name].default if name in parameters else inspect.Parameter.empty,
            labels.get(name, ""),
        )
        for name, abbreviation in abbreviations.items()
    }


def make_control(name: str, abbreviation: Any, default: Any = inspect.Parameter.empty, words: str = "") -> Control:
    """The control for one argument. `default` counts when the scenario has one; `words` are its label, if not its name."""
    said = label(name, words)
    has_default = default is not inspect.Parameter.empty
    if isinstance(abbreviation, ipywidgets.Widget):
        if not hasattr(abbreviation, "value"):
            raise ValueError(f"The control for {name} is a {type(abbreviation).__name__}, which has no value.")
        text = getattr(abbreviation, "description", "") or said
        return Control(name, text, abbreviation, in_words(abbreviation.value), abbreviation.value)
    if isinstance(abbreviation, tuple) and len(abbreviation) in (2, 3) and all(map(_is_number, abbreviation)):
        widget, choices = _slider(name, abbreviation, default, has_default)
    elif isinstance(abbreviation, bool):
        widget = ipywidgets.Checkbox(value=bool(default) if has_default else abbreviation)
        choices = "yes or no"
    elif isinstance(abbreviation, str):
        text = default if has_default and isinstance(default, str) else abbreviation
        rows = {"rows": min(text.count("\n") + 1, 20)} if "\n" in text else {}
        kind = ipywidgets.Textarea if rows else ipywidgets.Text
        widget, choices = kind(value=text, continuous_update=False, **rows), "any text"
    elif isinstance(abbreviation, (list, dict)) and abbreviation:
        widget, choices = _drop_down(name, abbreviation, default, has_default)
    else:
        raise ValueError(
            f"{name}={abbreviation!r} can't become a control. "
            "Give (min, max), (min, max, step), a list, True, False, a text or a widget."
        )
    widget.description = said
    widget.tooltip = said
    for key, value in _LAYOUT.items():
        setattr(widget.layout, key, value)
    if isinstance(widget, ipywidgets.Text | ipywidgets.Textarea):
        # A row of its own: what one types is longer than a number. (The page clears grid_column with an unset grid_area.)
        widget.layout.grid_area = "auto / 1 / auto / -1"
    widget.style.description_width = _LABEL_WIDTH
    return Control(name, said, widget, choices, widget.value)


def label(name: str, words: str = "") -> str:
    """An argument's name in readable words, or the `words` given for it, its unit in parentheses: handler_s is "handler (s)"."""
    first, _, last = name.rpartition("_")
    unit = _UNITS.get(last, "") if first else ""
    return f"{words or (first if unit else name).replace('_', ' ')}{f' ({unit})' if unit else ''}"


def _parted(text: str) -> tuple[str, str]:
    """The words and the unit of a label."""
    found = re.fullmatch(r"(.*) \(([^)]+)\)", text)
    return (found[1], found[2]) if found and found[2] in _UNITS.values() else (text, "")


def in_words(value: Any) -> str:
    """A control's value as a learner says it."""
    if value is None:
        return OFF
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _slider(name: str, bounds: tuple, default: Any, has_default: bool) -> tuple[ipywidgets.Widget, str]:
    low, high, *given = bounds
    if not low < high:
        raise ValueError(f"{name}={bounds!r}: the first number must be smaller than the second.")
    if has_default and not _is_number(default):
        raise ValueError(
            f"{name}={bounds!r} is a slider, and the scenario's default is {default!r}. "
            "A knob that can be off is a list with None in it: [None, 2, 5]."
        )
    if has_default and not low <= default <= high:
        raise ValueError(f"{name}={bounds!r} does not reach the scenario's default, {default!r}.")
    numbers = (*bounds, default) if has_default else bounds
    if all(isinstance(number, Integral) for number in numbers):
        step: Any = given[0] if given else 1
        start = default if has_default else low + (high - low) // 2 // step * step
        widget = ipywidgets.IntSlider(value=start, min=low, max=high, step=step, continuous_update=False)
    else:
        step = given[0] if given else 0.1
        start = default if has_default else low + (high - low) / 2
        decimals = max(len(f"{step:.6f}".rstrip("0").partition(".")[2]), 1)
        widget = ipywidgets.FloatSlider(
            value=start, min=low, max=high, step=step, continuous_update=False, readout_format=f".{decimals}f"
        )
    return widget, f"{in_words(low)} to {in_words(high)}"


def _drop_down(name: str, options: list | dict, default: Any, has_default: bool) -> tuple[ipywidgets.Widget, str]:
    pairs = list(options.items()) if isinstance(options, dict) else [(in_words(option), option) for option in options]
    values = [value for _, value in pairs]
    if has_default and default not in values:
        raise ValueError(
            f"{name} offers {', '.join(text for text, _ in pairs)}, but not the scenario's default, {in_words(default)}."
        )
    widget = ipywidgets.Dropdown(options=pairs, index=values.index(default) if has_default else 0)
    if None in values:  # to ipywidgets the value None means that nothing is chosen; here it is the choice "off"
        widget.observe(
            lambda change: change["new"] is None and widget.set_trait("index", values.index(None)), names="index"
        )
    return widget, ", ".join(text for text, _ in pairs)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _name(scenario: Callable[..., Any]) -> str:
    return getattr(scenario, "__name__", "The scenario")
