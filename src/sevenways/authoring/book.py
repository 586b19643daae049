"""Build the book from the committed notebooks: offline, warnings fatal, and no page that calls home."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from sevenways.authoring import pages

HTML = Path("book", "_build", "html")

_REMOTE = re.compile(
    r"<(?:script|img|iframe)\b[^>]+\bsrc=\"(?:https?:)?//[^\"]+\""
    r"|<link\b(?=[^>]+stylesheet)[^>]+\bhref=\"(?:https?:)?//[^\"]+\""
)


def build(root: Path) -> int:
    """Run Sphinx, then look for pages that would load anything from elsewhere."""
    if not (root / pages.TOC).exists():
        print(f"{pages.TOC} is missing; run `make build`.", file=sys.stderr)
        return 1
    shutil.rmtree(root / "book" / "_build", ignore_errors=True)  # a page that is not read again warns no more
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-n", "--keep-going", "-q"]
    paths = ["-c", "book", "-d", str(HTML.with_name("doctrees")), ".", str(HTML)]
    done = subprocess.run([*sphinx, *paths], cwd=root, stdin=subprocess.DEVNULL)
    if done.returncode or not (root / HTML / "index.html").exists():
        print("The book has warnings, and here they are errors.", file=sys.stderr)
        return 1
    remote = list(remote_parts(root / HTML))
    for line in remote:
        print(line, file=sys.stderr)
    if not remote:
        print(f"The book is in {HTML}/index.html")
    return 1 if remote else 0


def remote_parts(html: Path) -> list[str]:
    """A sentence for each page that needs the network to be read."""
    return [
        f"{page.relative_to(html)} loads from elsewhere: {found[0]}"
        for page in sorted(html.rglob("*.html"))
        if "_static" not in page.parts
        for found in [_REMOTE.search(page.read_text(encoding="utf-8"))]
        if found
    ]
