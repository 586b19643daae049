"""One notebook in a real JupyterLab in a real browser. The notebook is a copy, so nothing committed is touched."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary
from playwright.sync_api import Locator, Page, sync_playwright

from tests.course.browser import chromium

WIDTH, HEIGHT = 1280, 1000
WAIT_MS = 60_000
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

SETTINGS = {
    "notebook-extension/tracker": {
        "windowingMode": "none",
        "scrollPastEnd": False,
    },  # else cells out of sight do not exist
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
_CODE_CELLS = """jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.source.trim())"""
_PICTURES = "element => [...element.querySelectorAll('svg, img')].map(picture => picture.outerHTML).join('')"
_SCROLLER = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer"


@dataclass
class OpenNotebook:
    """A notebook in the browser; `complaints` collects what the page's scripts complain about."""

    page: Page
    stem: str
    complaints: list[str] = field(default_factory=list)

    def run_all(self) -> None:
        """Run every cell and wait until each has an execution count."""
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(f"() => {_CODE_CELLS}.every(cell => cell.model.executionCount)")
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
        )
        self.page.wait_for_timeout(500)  # widgets draw themselves after the kernel is done

    def errors(self) -> list[str]:
        """The error line of every cell that failed without the tag for it."""
        return self.page.evaluate(
            f"""() => {_CODE_CELLS}.filter(cell => !(cell.model.getMetadata('tags') || []).includes('raises-exception'))
                .flatMap(cell => cell.model.outputs.toJSON()).filter(output => output.output_type === 'error')
                .map(output => `${{output.ename}}: ${{output.evalue}}`)"""
        )

    def use_theme(self, name: str) -> None:
        """Switch to "light" or "dark"."""
        self.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", THEMES[name])
        self.page.wait_for_selector(f"body[data-jp-theme-name='{THEMES[name]}']", state="attached")
        self.page.wait_for_timeout(500)

    def sliders(self) -> Locator:
        return self.page.locator(".jp-Notebook [role=slider]")

    def lists(self) -> Locator:
        return self.page.locator(".jp-Notebook .widget-gridbox select")

    def press_right(self, slider: Locator) -> tuple[str, str]:
        """Press ArrowRight on a slider; the pictures of its cell before and after, once they have changed."""
        return self.press(slider, "ArrowRight")

    def press(self, control: Locator, *keys: str) -> tuple[str, str]:
        """Press keys on a control; the pictures of its cell before and after, once they have changed."""
        cell = control.locator("xpath=ancestor::*[contains(@class, 'jp-CodeCell')][1]")
        before = cell.evaluate(_PICTURES)
        control.scroll_into_view_if_needed()
        control.focus()
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(200)  # a list that opens takes the keys only then
        deadline = time.monotonic() + 10
        while (after := cell.evaluate(_PICTURES)) == before and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        return before, after

    def folds(self) -> list[str]:
        """What stands in the place of each output that is folded."""
        return self.page.locator(".jp-Notebook .jp-Cell-outputWrapper .jp-OutputPlaceholder").all_inner_texts()

    def look(self, folder: Path, label: str) -> list[Path]:
        """Screenshots of the whole notebook from top to bottom, each a screen high."""
        folder.mkdir(parents=True, exist_ok=True)
        panel = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-notebook")
        total, screen = self.page.eval_on_selector(_SCROLLER, "element => [element.scrollHeight, element.clientHeight]")
        saved: list[Path] = []
        step = screen - 60  # a line that one picture cuts is whole in the next
        for number, top in enumerate(range(0, max(1, total - 60), step), start=1):
            self.page.eval_on_selector(_SCROLLER, "(element, top) => element.scrollTo(0, top)", top)
            self.page.wait_for_timeout(150)
            saved.append(folder / f"{self.stem}-{label}-{number:02d}.png")
            panel.screenshot(path=saved[-1])
        return saved


@contextmanager
def open_notebook(path: Path, *, progress: bool = False) -> Iterator[OpenNotebook]:
    """Copy the notebook into a folder of its own, start JupyterLab there, and open it with an idle kernel.

    With `progress` what is solved and predicted is kept, in that folder.
    """
    with tempfile.TemporaryDirectory(prefix="sevenways-browser-") as temporary:
        work = Path(temporary, "work", path.parent.name)
        work.mkdir(parents=True)
        shutil.copy(path, work)
        _trust(work / path.name, Path(temporary))
        with _server(Path(temporary), work.parent, progress=progress) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            try:
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
                page.set_default_timeout(WAIT_MS)
                notebook = OpenNotebook(page, path.stem)
                page.on("pageerror", lambda error: notebook.complaints.append(str(error)))
                page.goto(f"{address}/lab/tree/{work.name}/{path.name}")
                _wait_until_ready(page)
                yield notebook
            finally:
                browser.close()


def _wait_until_ready(page: Page) -> None:
    page.wait_for_function("() => window.jupyterapp")
    page.evaluate("() => jupyterapp.restored")
    page.wait_for_function(
        "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        " && jupyterapp.shell.currentWidget.content.widgets.length > 0"
    )
    page.evaluate("() => jupyterapp.shell.collapseLeft()")


def _trust(notebook: Path, temporary: Path) -> None:
    """What the doctor does for a learner: without it JupyterLab shows text in place of the committed pictures."""
    data = temporary / "data"
    data.mkdir()
    notary = NotebookNotary(data_dir=str(data))
    notary.sign(nbformat.read(notebook, as_version=4))
    notary.store.close()


@contextmanager
def _server(temporary: Path, root: Path, *, progress: bool) -> Iterator[str]:
    settings = temporary / "settings"
    write_settings(settings, SETTINGS)
    port = free_port()
    options = [
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--no-browser",
        "--allow-root",
    ]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(temporary / "config"),
        "JUPYTER_DATA_DIR": str(temporary / "data"),
        "JUPYTER_RUNTIME_DIR": str(temporary / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(temporary / "workspaces"),
        "IPYTHONDIR": str(temporary / "ipython"),
        "SEVENWAYS_PROGRESS": "on" if progress else "off",
    }
    log = temporary / "server.log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def write_settings(folder: Path, settings: dict[str, dict[str, object]]) -> None:
    """JupyterLab's settings, as its settings editor would write them."""
    for name, values in settings.items():
        file = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            opener.open(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')[-2000:]}")
