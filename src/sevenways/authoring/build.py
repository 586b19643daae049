"""Build the products in memory, then write them, or compare them with what is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode

from sevenways.authoring import notebook, outputs, pages, tried
from sevenways.authoring.difference import first_difference
from sevenways.authoring.execute import ExecutionError, execute
from sevenways.authoring.minutes import minutes_of
from sevenways.authoring.products import Product, committed_products, products_of
from sevenways.authoring.source import SourceError, find_sources, read_source
from sevenways.authoring.wayfinding import with_the_way

KERNELS = 2  # each is a process of its own, so the threads here only wait
MOST_BYTES = 1_000_000  # what GitHub still renders, and a reader still loads


@dataclass(frozen=True)
class Report:
    """What happened to each product, and what is wrong, each in one line."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def build(root: Path, stems: tuple[str, ...] = ()) -> Report:
    """Write the products of the named sources, or of all of them, and the written pages of the book."""
    products, report = _products(root, stems)
    if report.wrong:
        return report
    for product, result in _built(root, products, built_bytes):
        if isinstance(result, str):
            report.wrong.append(result)
        else:
            report.done.append(f"{product.path}: {_written(root / product.path, result)}{_length(product)}")
    if not stems:
        for orphan in _orphans(root, products):
            (root / orphan).unlink()
            report.done.append(f"{orphan}: removed, it has no source any more")
    for path, make in pages.PAGES.items():
        report.done.append(f"{path}: {_written(root / path, make(root).encode())}")
    return report


def check(root: Path, stems: tuple[str, ...] = (), *, run: bool = True) -> Report:
    """Build again without writing, and compare every byte with the committed file.

    With `run=False` no cell runs: the committed outputs are taken for those of the run, so that a product is fresh when all
    the rest of it is what its source says. nbval, which runs every cell, then answers for the outputs.
    """
    products, report = _products(root, stems)
    if report.wrong:
        return report
    for product, result in _built(root, products, built_bytes if run else bytes_with_committed_outputs):
        path = root / product.path
        if isinstance(result, str):
            report.wrong.append(result)
        elif not path.exists():
            report.wrong.append(f"{product.path} is missing; run `make build`.")
        elif path.read_bytes() != result:
            where = first_difference(path.read_bytes(), result)
            report.wrong.append(f"{product.path} is stale; run `make build`. {where}")
        else:
            report.done.append(f"{product.path}: fresh")
    if not stems:
        report.wrong.extend(f"{orphan} has no source; run `make build`." for orphan in _orphans(root, products))
        for path, make in pages.PAGES.items():
            if not (root / path).exists() or (root / path).read_bytes() != make(root).encode():
                report.wrong.append(f"{path} is stale; run `make build`.")
    return report


def _products(root: Path, stems: tuple[str, ...]) -> tuple[list[Product], Report]:
    report = Report()
    paths = find_sources(root)
    for stem in sorted(set(stems) - {path.stem for path in paths}):
        report.wrong.append(f"content/ has no lesson or lab called {stem}.")
    products: list[Product] = []
    for path in paths:
        if stems and path.stem not in stems:
            continue
        try:
            products.extend(_with_ways(products_of(read_source(path)), paths))
        except SourceError as error:
            report.wrong.append(str(error))
    return products, report


def _with_ways(products: list[Product], sources: list[Path]) -> Iterator[Product]:
    lessons = [path.stem for path in sources if path.parent.name == "lessons"]
    labs = [path.stem for path in sources if path.parent.name == "labs"]
    for product in products:
        cells = with_the_way(product.path.as_posix(), product.cells, lessons, labs, product.answered)
        yield replace(product, cells=cells)


def _built(
    root: Path, products: list[Product], make: Callable[[Path, Product], bytes | str]
) -> Iterator[tuple[Product, bytes | str]]:
    """Each product with its bytes, or with the sentence that says why there are none."""
    with ThreadPoolExecutor(KERNELS) as pool:
        yield from zip(products, pool.map(lambda product: make(root, product), products), strict=True)


def built_bytes(root: Path, product: Product) -> bytes | str:
    """One product: its bytes, or one sentence about the cell that is in the way."""
    made = notebook.unexecuted(product)
    if product.is_executed:
        try:
            execute(made, (root / product.path).parent)
        except ExecutionError as error:
            return _about(product, error.index, str(error))
        for complaint in tried.complaints([product.source], (root / product.path).parent):
            return complaint
    return _finished(product, made)


def bytes_with_committed_outputs(root: Path, product: Product) -> bytes | str:
    """One product as `built_bytes` would make it if its cells gave what the committed file says they gave."""
    made = notebook.unexecuted(product)
    if product.is_executed and (root / product.path).exists():
        try:
            committed = notebook.from_bytes((root / product.path).read_bytes())
        except ValueError:
            return f"{product.path} is not a notebook; run `make build`."
        notebook.take_outputs(made, committed)
    return _finished(product, made)


def _finished(product: Product, made: NotebookNode) -> bytes | str:
    if product.is_executed:
        outputs.tidy(made)
        for index, complaint in outputs.complaints(made):
            return _about(product, index, complaint)
    content = notebook.to_bytes(made)
    if len(content) > MOST_BYTES:
        return f"{product.path} would be {len(content):,} bytes; {MOST_BYTES:,} is the most a notebook may be."
    return content


def _about(product: Product, index: int, complaint: str) -> str:
    source = product.source.path
    where = f"content/{source.parent.name}/{source.name}:{product.cells[index].line}"
    return f"{where}: cell {index + 1} of {product.path} {complaint.rstrip('.')}."


def _length(product: Product) -> str:
    """The time that a lesson takes, as the build prints it."""
    return f" ({minutes_of(product.source)})" if product.source.kind == "lesson" else ""


def _orphans(root: Path, products: list[Product]) -> list[Path]:
    return sorted(set(committed_products(root)) - {product.path for product in products})


def _written(path: Path, content: bytes) -> str:
    if path.exists() and path.read_bytes() == content:
        return "unchanged"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return "written"
