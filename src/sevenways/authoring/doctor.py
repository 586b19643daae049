"""Is this machine ready? `python -m sevenways.authoring.doctor` says so, or says what to do.

It needs nothing but the package itself, so it also serves an installation without make. It trusts the committed
notebooks on the way: JupyterLab shows the pictures and widgets of an untrusted notebook as plain text.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def main() -> int:
    """Print "ready", or one sentence about the first thing that is not; 0 or 1."""
    probes: list[tuple[Callable[[], None], str]] = [
        (_draw, "The diagrams cannot be drawn; run `make setup` again, or install graphviz"),
        (_open_cloud, "A call to the mocked AWS does not work here; run `make setup` again, or `pip install -e .`"),
        (_trust, "The notebooks cannot be marked as trusted; run `jupyter trust notebooks/*.ipynb`"),
    ]
    for probe, remedy in probes:
        try:
            probe()
        except Exception as error:
            print(f"Not ready. {remedy}. ({type(error).__name__}: {error})", file=sys.stderr)
            return 1
    print("ready")
    return 0


def _draw() -> None:
    from motoclock.platform import dot

    if "</svg>" not in dot.svg(b"digraph { queue -> function }"):
        raise RuntimeError("dot ran and drew nothing")


def _open_cloud() -> None:
    import boto3

    from sevenways import Cloud

    with Cloud() as cloud:
        boto3.client("sqs").create_queue(QueueName="doctor")
        if "doctor" not in repr(cloud.diagram()):
            raise RuntimeError("a queue was made and is not in the diagram")


def _trust() -> None:
    from sevenways.workbook.trust import trust

    trust(sorted(path for folder in ("notebooks", "solutions") for path in Path(folder).glob("*.ipynb")))


if __name__ == "__main__":
    sys.exit(main())
