"""The row of swatches under a picture."""

from sevenways.draw.bars import flag_shape, tick_shape
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.palette import DARK, INK, SHADE, SMALL, Look


def draw_legend(canvas: Canvas, entries: list[tuple[str, Look | None, bool | str]], x: float, y: float) -> None:
    """Swatch and word for each entry: its look (None: the pale head of a cold start) and its extra shape."""
    for word, look, shape in entries:
        if shape == "tick":
            canvas.path(tick_shape(x + 11, y + 2), fill=look.colour, stroke=INK, stroke_width=0.8)
        else:
            paint = canvas.fill(look) if look else SHADE
            canvas.rect(x, y, 22, 13, fill=paint, stroke=DARK, stroke_width=0.6)
        if shape is True:
            canvas.path(flag_shape(x + 22, y, 13), fill=INK)
        canvas.text(word, x + 34, y + 11, SMALL)
        x += 34 + text_width(word) + 22
