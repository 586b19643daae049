"""Debian's chromium: where it is, and `python -m tests.course.browser.chromium` to have it installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


def find() -> str | None:
    """The path of an installed chromium or chrome."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def main() -> int:
    """Install chromium when it is missing; 0 when it is there afterwards."""
    if find():
        return 0
    if not shutil.which("apt-get") or os.geteuid():
        print("The browser tests need chromium: install it and run `make browser` again.", file=sys.stderr)
        return 1
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "chromium"], env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, **quiet
    )
    if not find():
        print("apt-get could not install chromium: install it and run `make browser` again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
