"""The promises of a platform against nights: a mark each, and for a broken one the sentence and the passport of its first victim.

It is a table and no drawing, so that a sentence has room, a screen reader reads it row by row, and a passport opens on a page without
a kernel.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from motoclock.wording import count
from sevenways.draw.palette import GREEN, VERMILION
from sevenways.draw.picture import Picture


@dataclass(frozen=True, slots=True)
class Cell:
    """A promise in a night. `sentence` is empty when it was kept; `passport` belongs to `victim`, the first that it happened to."""

    sentence: str = ""
    victim: str = ""
    passport: Picture | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A promise. A cell that is None does not count yet."""

    number: int
    promise: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Scoreboard:
    """Rows of promises, columns of nights. Shows as a table; its repr is the text twin. `also` is what else is not as it should be."""

    nights: tuple[str, ...]
    rows: tuple[Row, ...]
    also: tuple[str, ...] = ()

    @property
    def kept(self) -> int:
        return sum(cell is not None and not cell.sentence for row in self.rows for cell in row.cells)

    @property
    def broken(self) -> int:
        return sum(cell is not None and bool(cell.sentence) for row in self.rows for cell in row.cells)

    def __repr__(self) -> str:
        lines = [f"Scoreboard: {count(self.kept, 'promise')} kept, {self.broken} broken"]
        for row in self.rows:
            for night, cell in zip(self.nights, row.cells, strict=True):
                where = f", {night}" if len(self.nights) > 1 else ""
                said = "not yet asked" if cell is None else f"✗ {cell.sentence}" if cell.sentence else "✓ kept"
                lines.append(f"  {row.number} {row.promise}{where}: {said}")
        lines += [f"  ✗ {sentence}" for sentence in self.also]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col" style="text-align:left">{escape(night)}</th>' for night in self.nights)
        body = "".join(map(self._row, self.rows))
        return (
            f'<table style="width:100%"><caption style="text-align:left">{count(self.kept, "promise")} kept, '
            f'{self.broken} broken</caption><tr><th scope="col" style="text-align:left">promise</th>{heads}</tr>'
            f"{body}{self._also()}</table>"
        )

    def _also(self) -> str:
        wide = f'<tr><td colspan="{len(self.nights) + 1}" style="text-align:left"><b style="color:{VERMILION}">✗</b> '
        return "".join(f"{wide}{escape(sentence)}</td></tr>" for sentence in self.also)

    def _row(self, row: Row) -> str:
        name = f'<th scope="row" style="text-align:left;font-weight:600">{row.number} · {escape(row.promise)}</th>'
        cells = "".join(f'<td style="text-align:left">{_mark(cell)}</td>' for cell in row.cells)
        return f"<tr>{name}{cells}</tr>{self._opened(row.cells)}"

    def _opened(self, cells: Sequence[Cell | None]) -> str:
        """A row of its own, as wide as the table, for the first passport."""
        for night, cell in zip(self.nights, cells, strict=True):
            if cell is not None and cell.passport is not None:
                picture = b64encode(cell.passport.svg.encode()).decode()
                alt = escape(cell.passport.text.split("\n", 1)[0], quote=True)
                return (
                    f'<tr><td colspan="{len(cells) + 1}" style="text-align:left"><details><summary>{escape(cell.victim)}, '
                    f"{escape(night)}: its passport</summary>"
                    f'<img style="width:100%;background:#fff" alt="{alt}" src="data:image/svg+xml;base64,{picture}"/>'
                    "</details></td></tr>"
                )
        return ""


def _mark(cell: Cell | None) -> str:
    if cell is None:
        return "not yet asked"
    if not cell.sentence:
        return f'<b style="color:{GREEN}">✓</b> kept'
    return f'<b style="color:{VERMILION}">✗</b> {escape(cell.sentence)}'
