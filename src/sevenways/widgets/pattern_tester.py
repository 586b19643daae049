"""A pattern and an event side by side, and the reason why they match or not, field by field."""

import json
from collections.abc import Mapping
from typing import Any

import ipywidgets

from motoclock.asking import asked
from motoclock.matching import Explanation, FilterPolicy, InvalidEventPattern, InvalidFilterPolicy, explain
from sevenways.learners_code import error_in_words
from sevenways.widgets import page
from sevenways.widgets.alive import Alive

SCOPES = ("MessageAttributes", "MessageBody")


@asked
def pattern_tester(
    pattern: str | Mapping[str, Any], event: str | Mapping[str, Any], scope: str | None = None
) -> "PatternTester":
    """Try an event pattern against an event; each is JSON text or a dict. With `scope`, an SNS filter policy against a message."""
    return PatternTester(_as_text(pattern), _as_text(event), scope)


class PatternTester(Alive):
    """Two text areas and the explanation below. It is tried again when an area is left, and by the button."""

    def __init__(self, pattern: str, event: str, scope: str | None = None):
        if scope is not None and scope not in SCOPES:
            raise ValueError(f"scope={scope!r}: an SNS subscription's FilterPolicyScope is {' or '.join(SCOPES)}.")
        kind, subject = ("filter policy", "message") if scope else ("event pattern", "event")
        self._start, self._kind, self._subject = (pattern, event, scope), kind, subject
        self.pattern, self.event = _area(kind, pattern), _area(subject, event)
        self.scope = ipywidgets.Dropdown(options=SCOPES, value=scope, description="scope") if scope else None
        self.explanation = ipywidgets.HTML()
        self._resetting = False
        inputs = [self.pattern, self.event, *([self.scope] if self.scope else [])]
        for widget in inputs:
            widget.observe(lambda _: self._try(), names="value")
        self._default = self._try()
        areas = ipywidgets.GridBox([self.pattern, self.event])
        areas.layout.grid_template_columns = "repeat(auto-fit, minmax(22em, 1fr))"
        areas.layout.grid_gap = "0 1.5em"
        test, reset = _button("test", "check"), _button("reset", "undo")
        test.on_click(lambda _: self._try())
        reset.on_click(lambda _: self.reset())
        row = ipywidgets.HBox([test, reset, *([self.scope] if self.scope else [])])
        super().__init__([areas, row, self.explanation])

    def reset(self) -> None:
        """Back to the pattern and the event that the lesson gave."""
        self._resetting = True
        try:
            self.pattern.value, self.event.value = self._start[:2]
            if self.scope:
                self.scope.value = self._start[2]
        finally:
            self._resetting = False
        self._try()

    def __repr__(self) -> str:
        given = [f"{self._kind}: {self._start[0]}", f"{self._subject}: {self._start[1]}"]
        if self._start[2]:
            given.append(f"scope: {self._start[2]}")
        return "\n".join([*given, "", repr(self._default)])

    def _repr_html_(self) -> str:
        given = "".join(
            f"<p>{title}</p><pre>{page.escape(text)}</pre>"
            for title, text in zip((self._kind, self._subject, "scope"), self._start, strict=True)
            if text
        )
        return given + (_shown(self._default) if self._default else "")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**bundle, "text/plain": repr(self), "text/html": self._repr_html_()}

    def _try(self) -> "Explanation | _Problem | None":
        if self._resetting:
            return None
        outcome = self._explain()
        self.explanation.value = (
            f'{page.LISTS_IN_THE_DARK}<div aria-live="polite" style="line-height:1.4">{_shown(outcome)}</div>'
        )
        return outcome

    def _explain(self) -> "Explanation | _Problem":
        for title, text in ((self._kind, self.pattern.value), (self._subject, self.event.value)):
            try:
                json.loads(text)
            except ValueError as error:
                place = (
                    f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
                )
                return _Problem(f"The {title} is not JSON: {getattr(error, 'msg', error)}{place}.")
        try:
            if self.scope is None:
                return explain(self.pattern.value, self.event.value)
            return explain(FilterPolicy.parse(self.pattern.value, self.scope.value), json.loads(self.event.value))
        except (InvalidEventPattern, InvalidFilterPolicy) as error:
            return _Problem(str(error))
        except Exception as error:
            return _Problem(error_in_words(error))


class _Problem(str):
    """A sentence in place of an explanation."""

    def __repr__(self) -> str:
        return str(self)


def _shown(outcome: "Explanation | _Problem") -> str:
    return page.error(outcome) if isinstance(outcome, _Problem) else outcome._repr_html_()


def _area(name: str, text: str) -> ipywidgets.Textarea:
    rows = min(max(text.count("\n") + 2, 6), 20)
    area = ipywidgets.Textarea(value=text, description=name, continuous_update=False, rows=rows)
    area.layout.width = "calc(100% - 6px)"
    area.layout.flex_flow = "column"
    area.style.description_width = "initial"
    return area


def _button(text: str, icon: str) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, icon=icon)
    button.layout.width = "7em"
    return button


def _as_text(value: Any, margin: str = "") -> str:
    """JSON as people write it: an object on several lines, a list on one."""
    if isinstance(value, str) and not margin:
        return value.strip()
    if not isinstance(value, dict) or not value:
        return json.dumps(value)
    rows = [f"{margin}  {json.dumps(name)}: {_as_text(inner, margin + '  ')}" for name, inner in value.items()]
    return "\n".join(["{", ",\n".join(rows), f"{margin}}}"])
