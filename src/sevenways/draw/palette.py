"""Colours, patterns, fonts and sizes of all pictures, once.

The colours are Okabe and Ito's, which people with any form of colour vision tell apart. One colour, one meaning, in every picture:
orange is waiting (and what holds messages), sky blue is being handled (and functions), green is done, vermilion is failure, purple is
dead-lettered, yellow is throttled, blue is what passes messages on. Each has a second cue: a pattern, a shape or a word.
"""

from dataclasses import dataclass

from motoclock.account.invocations import RunState
from motoclock.account.lives import State
from motoclock.account.model import NodeKind

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
INK, SOFT, LINE, PAPER, SHADE = "#1A1A1A", "#555555", "#C8C8C8", "#FFFFFF", "#F5F5F2"
GREY, DARK = "#9A9A9A", "#4A4A4A"

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
SMALL, TEXT, TITLE = 12, 13, 15
WIDTH = 900  # the width of a picture: about that of a notebook's cell


@dataclass(frozen=True, slots=True)
class Look:
    """A colour and its second cue: the name of a pattern in canvas.py, "" for plain."""

    colour: str
    pattern: str = ""


STATES: dict[State, Look] = {
    State.DONE: Look(GREEN),
    State.DEAD_LETTERED: Look(PURPLE, "cross"),
    State.EXPIRED: Look(DARK, "bars"),
    State.DROPPED: Look(VERMILION, "bars"),
    State.FILTERED: Look(GREY, "lines"),
    State.PURGED: Look(LINE, "lines"),
    State.REDRIVEN: Look(LINE, "cross"),
    State.PASSED_ON: Look(BLUE),
    State.IN_FLIGHT: Look(SKY, "slant"),
    State.WAITING: Look(ORANGE),
    State.DELAYED: Look(ORANGE, "dots"),
}

OUTCOMES: dict[RunState, Look] = {
    RunState.SUCCEEDED: Look(GREEN),
    RunState.FAILED: Look(VERMILION, "slant"),
    RunState.TIMED_OUT: Look(VERMILION),
    RunState.RUNNING: Look(SKY),
}
THROTTLED = Look(YELLOW)

NODES: dict[NodeKind, tuple[str, str]] = {  # the colour of its badge and edge, and its tint
    NodeKind.QUEUE: (ORANGE, "#FFF6E0"),
    NodeKind.FIFO_QUEUE: (ORANGE, "#FFF6E0"),
    NodeKind.TABLE: (ORANGE, "#FFF6E0"),
    NodeKind.STREAM: (ORANGE, "#FFF6E0"),
    NodeKind.ARCHIVE: (ORANGE, "#FFF6E0"),
    NodeKind.DEAD_LETTER_QUEUE: (PURPLE, "#FBEEF5"),
    NodeKind.FAILURE_QUEUE: (PURPLE, "#FBEEF5"),
    NodeKind.FUNCTION: (SKY, "#EAF5FC"),
    NodeKind.STATE_MACHINE: (SKY, "#EAF5FC"),
    NodeKind.TOPIC: (BLUE, "#E6F0F7"),
    NodeKind.BUS: (BLUE, "#E6F0F7"),
    NodeKind.RULE: (BLUE, "#E6F0F7"),
    NodeKind.SUBSCRIBER: (BLUE, "#E6F0F7"),
    NodeKind.FAN_OUT_CONSUMER: (BLUE, "#E6F0F7"),
    NodeKind.PIPE: (BLUE, "#E6F0F7"),
    NodeKind.SCHEDULE: (BLUE, "#E6F0F7"),
}
OUTSIDE = (GREY, "#F7F7F7")  # cells, downstream systems, whatever is not AWS's messaging


def ink_on(colour: str) -> str:
    """A readable text colour on this colour."""
    return PAPER if colour in (BLUE, DARK) else INK
