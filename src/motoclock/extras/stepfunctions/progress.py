"""How far an execution has come, so that a redrive goes on where it ended: in a Map only the iterations that did not succeed.

Source: API reference of RedriveExecution, and the developer guide's redrive-executions.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Progress:
    """Of one run of states: an execution, a branch of a Parallel, an iteration of a Map.

    `parts` are the branches or iterations of the state it is in, by number; `map_run` the Map Run of that state, if it is distributed.
    """

    entered: str | None = None
    entered_with: Any = None
    variables: Any = None
    done: bool = False
    output: Any = None
    parts: dict[int, "Progress"] = field(default_factory=dict)
    map_run: Any = None
    resumes: bool = False

    def enter(self, state: str, state_input: Any, variables: Any) -> None:
        """A state begins. The one that a redrive begins with keeps what its parts have done."""
        if not (self.resumes and state == self.entered):
            self.resumes = False
            self.parts, self.map_run = {}, None
        self.entered, self.entered_with, self.variables = state, state_input, variables

    def finish(self, output: Any) -> None:
        self.done, self.output = True, output

    def begin_parts(self) -> dict[int, "Progress"]:
        """The parts that a redriven state goes on with. Any other attempt, and a retry, begins all of them anew."""
        if not self.resumes:
            self.parts, self.map_run = {}, None
        self.resumes = False
        return self.parts

    def resumed(self) -> "Progress":
        """What a redrive goes on with: what was done, and all else from the state that did not succeed."""
        if self.done:
            return self
        parts = {number: part.resumed() for number, part in self.parts.items()}
        return Progress(
            self.entered,
            self.entered_with,
            self.variables,
            parts=parts,
            map_run=self.map_run,
            resumes=self.entered is not None,
        )
