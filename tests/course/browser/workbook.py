"""A learner's workbook in a real JupyterLab: the course copied into a folder, and opened as `make lab` opens it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from sevenways.workbook import opening
from sevenways.workbook.trust import trust
from sevenways.workbook.update import FOLDERS, update
from tests.course.browser import chromium
from tests.course.browser.lab import SETTINGS, WAIT_MS, free_port, wait_for, write_settings

ROOT = Path(__file__).parents[3]


@dataclass
class Desk:
    """The browser at a workbook. `root` is a copy of the course, `folder` the workbook in it."""

    page: Page
    root: Path
    folder: Path
    address: str

    def open(self, name: str) -> None:
        """Open a notebook of the workbook and wait until its kernel is idle."""
        self.page.goto(f"{self.address}/lab/tree/{self.folder.name}/{name}?reset")
        self.page.wait_for_function("() => window.jupyterapp")
        self.page.evaluate("() => jupyterapp.restored")
        self.wait_for(name)

    def wait_for(self, name: str) -> None:
        """Wait until this notebook is in front, with an idle kernel."""
        self.page.wait_for_function(
            """path => { const panel = jupyterapp.shell.currentWidget;
                return panel?.context?.path === path && panel.content?.widgets?.length > 0
                    && panel.sessionContext?.session?.kernel?.status === 'idle' }""",
            arg=f"{self.folder.name}/{name}",
        )

    def click(self, words: str, place: int = 0) -> None:
        """Click a link of the notebook in front."""
        self.page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) a:has-text('{words}')").nth(place).click()

    def run(self, holding: str) -> None:
        """Run the first code cell that holds this text, and wait until it has ended."""
        self.page.evaluate(
            """text => { const notebook = jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = notebook.widgets.findIndex(
                    cell => cell.model.type === 'code' && cell.model.sharedModel.source.includes(text)) }""",
            holding,
        )
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
        )
        self.page.wait_for_timeout(500)

    def write(self, holding: str, text: str) -> None:
        """Put another text into the first code cell that holds this one."""
        self.page.evaluate(
            """([holding, text]) => jupyterapp.shell.currentWidget.content.widgets.find(
                cell => cell.model.type === 'code' && cell.model.sharedModel.source.includes(holding)
            ).model.sharedModel.setSource(text)""",
            [holding, text],
        )

    def command(self, name: str) -> None:
        self.page.evaluate("name => jupyterapp.commands.execute(name)", name)

    def errors(self) -> list[str]:
        return self.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code')
                .flatMap(cell => cell.model.outputs.toJSON()).filter(output => output.output_type === 'error')
                .map(output => `${output.ename}: ${output.evalue}`)"""
        )


@contextmanager
def desk(width: int = 1280, height: int = 900) -> Iterator[Desk]:
    """A copy of the course with a workbook, JupyterLab as `make lab` starts it, and a browser."""
    with tempfile.TemporaryDirectory(prefix="sevenways-desk-") as temporary:
        home = Path(temporary).resolve()
        root = home / "course"
        for name in FOLDERS:
            shutil.copytree(ROOT / name, root / name)
        folder = root / "workbook"
        update(root, folder)
        port = free_port()
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "IPYTHONDIR": str(home / "ipython"),
        }
        environment.pop("SEVENWAYS_PROGRESS", None)  # a learner's progress is kept
        write_settings(home / "settings", SETTINGS)
        _trust_there(sorted(folder.rglob("*.ipynb")), home / "data")
        options = [
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            "--IdentityProvider.token=",
            "--LabApp.expose_app_in_browser=True",
            "--no-browser",
        ]
        log = home / "server.log"
        with log.open("w") as stream:
            server = subprocess.Popen(
                opening.lab_command(root, folder, options),
                env=environment,
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server, log)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
                try:
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.set_default_timeout(WAIT_MS)
                    yield Desk(page, root, folder, f"http://127.0.0.1:{port}")
                finally:
                    browser.close()
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _trust_there(paths: list[Path], data: Path) -> None:
    before = os.environ.get("JUPYTER_DATA_DIR")
    os.environ["JUPYTER_DATA_DIR"] = str(data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        trust(paths)
    finally:
        if before is None:
            del os.environ["JUPYTER_DATA_DIR"]
        else:
            os.environ["JUPYTER_DATA_DIR"] = before
