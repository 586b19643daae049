"""`python -m tests.course.cells_alone cells.json said.json`: run cells one after another, and write what each of them says.

The cells are [{"source": ..., "may_fail": ...}]; what they say is {"said": [outputs of the first, ...], "failed": sentence or null}.
Nothing runs after a cell that failed and may not.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

Said = list[dict[str, Any]]  # outputs of a notebook, in their order


class _Stream(io.TextIOBase):
    def __init__(self, name: str, shell: _Shell) -> None:
        self._name, self._shell = name, shell

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._shell.said.append({"output_type": "stream", "name": self._name, "text": text})
        return len(text)


class _Results(DisplayHook):
    def write_output_prompt(self) -> None: ...

    def finish_displayhook(self) -> None: ...

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        result = {"output_type": "execute_result", "execution_count": None}
        self.shell.said.append(result | {"data": format_dict, "metadata": md_dict or {}})


class _Pictures(DisplayPublisher):
    def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any) -> None:
        self.parent.said.append({"output_type": "display_data", "data": data, "metadata": metadata or {}})


class _Shell(InteractiveShell):
    said: Said  # by the cell that runs
    displayhook_class = _Results
    display_pub_class = _Pictures

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.said.append({"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": stb})


def main(asked: Path, told: Path) -> None:
    shell = _Shell.instance()
    sys.stdout, sys.stderr = _Stream("stdout", shell), _Stream("stderr", shell)
    said: list[Said] = []
    failed = None
    for cell in json.loads(asked.read_text(encoding="utf-8")):
        shell.said = []
        said.append(shell.said)
        result = shell.run_cell(cell["source"], store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not cell["may_fail"]:
            failed = f"raised {type(error).__name__}: {error}"
            break
    told.write_text(json.dumps({"said": said, "failed": failed}), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
