"""Who retries? The layers that a message passes from top to bottom, with a mark at the one that tries again."""

from collections.abc import Mapping, Sequence

from motoclock.asking import asked
from sevenways.draw.canvas import Canvas, text_width, wrapped
from sevenways.draw.palette import BLUE, INK, LINE, PAPER, SHADE, SMALL, SOFT, TEXT, TITLE, WIDTH
from sevenways.draw.picture import Picture

LAYERS = {
    "sdk": "the SDK",
    "source": "the source",
    "poller": "the mapping",
    "lambda": "Lambda's own queue",
    "dead_letters": "the dead-letter queue",
}
# margins; the least width of names, the width of cases; the heights of lines and gaps
_EDGE, _NAME, _CASE, _LINE, _PAD = (
    20,
    180,
    98,
    16,
    9,
)
_ORDER = ("", "1st", "2nd", "3rd", "4th", "5th")
_TINT = "#E6F0F7"

Active = str | Sequence[str] | None


@asked
def who_retries(
    active: Active | Mapping[str, Active],
    rows: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Picture:
    """The layers "sdk", "source", "poller", "lambda" and "dead_letters", with what each does in `rows`.

    `active` is the layer that retries, several in their order, or None for nobody. A mapping from a case to such a value
    gives each case a column. A layer without a row is "not involved". `names` renames layers: {"source": "the queue"}.
    """
    if isinstance(active, Mapping) and not active:
        raise ValueError("who_retries has no case to draw: name one, or give the layer that retries.")
    cases = active if isinstance(active, Mapping) else {"": active}
    marked = {case: _layers(value) for case, value in cases.items()}
    _check([*(rows or {}), *(names or {}), *(layer for layers in marked.values() for layer in layers)])
    labels = {**LAYERS, **(names or {})}
    words = {layer: (rows or {}).get(layer, "not involved") for layer in LAYERS}
    return Picture(_svg(marked, labels, words), _text(marked, labels, words))


def _layers(value: Active) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _check(layers: list[str]) -> None:
    for layer in layers:
        if layer not in LAYERS:
            raise ValueError(f"There is no layer {layer!r}: choose among {', '.join(LAYERS)}.")


def _answer(layers: tuple[str, ...], labels: Mapping[str, str]) -> str:
    return ", then ".join(labels[layer] for layer in layers) or "nobody"


def _text(marked: dict[str, tuple[str, ...]], labels: Mapping[str, str], words: Mapping[str, str]) -> str:
    retrying = {layer for layers in marked.values() for layer in layers}
    lines = [f"{'>' if layer in retrying else ' '} {labels[layer]}: {words[layer]}" for layer in LAYERS]
    if "" in marked:
        return "\n".join([f"Who retries? {_answer(marked[''], labels)}", *lines])
    return "\n".join(
        ["Who retries?", *lines, *(f"{case}: {_answer(layers, labels)}" for case, layers in marked.items())]
    )


# ---------------------------------------------------------------------- the picture


def _svg(marked: dict[str, tuple[str, ...]], labels: Mapping[str, str], words: Mapping[str, str]) -> str:
    several = "" not in marked
    right = WIDTH - _EDGE - _CASE * len(marked)
    words_x = _EDGE + max(_NAME, *(text_width(labels[layer], TEXT, bold=True) + 16 for layer in LAYERS))
    room = right - words_x - 16
    heads = {case: wrapped(case, _CASE - 10) for case in marked}
    top = max(46, 20 + _LINE * max(map(len, heads.values())))
    bodies = {layer: wrapped(words[layer], room, TEXT) for layer in LAYERS}
    heights = {layer: max(len(body) * _LINE + 2 * _PAD, 34) for layer, body in bodies.items()}
    verdict = "; ".join(
        f"{case}: {_answer(layers, labels)}" if case else _answer(layers, labels) for case, layers in marked.items()
    )
    canvas = Canvas("retries", "Who retries?", verdict, top + sum(heights.values()) + (38 if several else 14))
    canvas.text("Who retries?", _EDGE, 28, TITLE, bold=True)
    for place, (case, lines) in enumerate(heads.items()):
        for n, line in enumerate(lines if case else []):
            canvas.text(
                line, right + _CASE * (place + 0.5), top - 10 - _LINE * (len(lines) - 1 - n), SMALL, anchor="middle"
            )
    y = top
    for layer, height in heights.items():
        retries = [case for case, layers in marked.items() if layer in layers]
        _draw_layer(canvas, labels[layer], bodies[layer], y, height, words_x, bold=bool(retries))
        for place, case in enumerate(marked):
            if case in retries:
                order = marked[case].index(layer) + 1 if len(marked[case]) > 1 else 0
                _mark(canvas, right + _CASE * (place + 0.5), y + height / 2, order, with_word=not several)
        y += height
    canvas.line(8, y, WIDTH - 8, y, LINE)
    if several:
        for place, layers in enumerate(marked.values()):
            canvas.line(right + _CASE * place, top, right + _CASE * place, y, LINE, stroke_width=0.7)
            if not layers:
                canvas.text("nobody", right + _CASE * (place + 0.5), y + 20, SMALL, bold=True, anchor="middle")
        if any(len(layers) > 1 for layers in marked.values()):
            canvas.text("the numbers say who tries first", words_x, y + 20, SMALL, colour=SOFT)
    return canvas.svg()


def _draw_layer(
    canvas: Canvas, name: str, lines: list[str], y: float, height: float, words_x: float, bold: bool
) -> None:
    canvas.rect(8, y, WIDTH - 16, height, fill=_TINT if bold else SHADE)
    if bold:
        canvas.rect(8, y, 5, height, fill=BLUE)
    canvas.line(8, y, WIDTH - 8, y, LINE)
    baseline = y + (height - len(lines) * _LINE) / 2 + 12
    canvas.text(name, _EDGE, baseline, TEXT, bold=bold)
    for place, line in enumerate(lines):
        canvas.text(line, words_x, baseline + place * _LINE, TEXT, colour=INK if bold else SOFT)


def _mark(canvas: Canvas, x: float, y: float, order: int, with_word: bool) -> None:
    """An arrow that turns back on itself; its place in the order, or the word."""
    aside = 42 if with_word and order else 26 if with_word else 12 if order else 0
    x -= aside
    canvas.circle(x, y, 12, fill=BLUE)
    canvas.path(
        f"M{x + 5:.1f},{y - 3:.1f}A6,6 0 1 0 {x + 5.5:.1f},{y + 2.5:.1f}", stroke=PAPER, stroke_width=2, fill="none"
    )
    canvas.path(f"M{x + 1:.1f},{y - 2.5:.1f}h6.5v-6.5z", fill=PAPER)
    if with_word:
        canvas.text(f"retries {_ORDER[order]}".strip(), x + 18, y + 4, SMALL, bold=True)
    elif order:
        canvas.text(str(order), x + 18, y + 5, TEXT, bold=True)
