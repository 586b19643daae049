"""The decision guide as pictures: who is out so far, one verdict with its strikes, and all verdicts as a tree."""

from collections.abc import Mapping

from motoclock.wording import count
from sevenways.choosing.guide import QUESTIONS, Answers, Fork, Leaf, Strike, Verdict, decide, shortest_tree, struck_by
from sevenways.choosing.ways import WAYS
from sevenways.draw.canvas import Canvas, text_width, wrapped
from sevenways.draw.palette import GREEN, INK, LINE, PURPLE, SHADE, SMALL, SOFT, TEXT, TITLE, VERMILION, WIDTH
from sevenways.draw.picture import Picture

_EDGE, _TOP, _ROW, _LINE, _NAMES, _PLACE = 20, 56, 28, 16, 130, 70
_NOBODY = "no single one: two services, one after the other"


def choose(
    several_consumers: bool = False,
    order_kept: bool = False,
    fragile_behind: bool = False,
    outside_party: bool = False,
    written_anyway: bool = False,
    read_again: bool = False,
    much: bool = False,
    sender_asynchronous: bool = False,
) -> Picture:
    """The verdict for these answers: who is struck out and why, who comes first and second, and what would change that."""
    answers = dict(locals())
    verdict = decide(answers)
    lines = _below(answers, verdict)
    title, rows = _title(verdict), _TOP + sum(map(_height, _reasons(verdict.struck).values()))
    canvas = Canvas("guide", "The decision guide", title, rows + 20 + 20 * len(lines) + 16)
    canvas.text(title, _EDGE, 30, TITLE, bold=True)
    _ways(canvas, verdict.struck, verdict.left)
    for place, line in enumerate(lines):
        canvas.text(line, _EDGE, rows + 16 + 20 * place, TEXT)
    return Picture(canvas.svg(), _text(answers, verdict, title))


def so_far(answers: Answers) -> Picture:
    """Who is struck out by the answers that were given, and why; the others are still open."""
    struck = struck_by(answers)
    after = f"after {count(len(answers), 'answer')}" if answers else "before the first answer"
    title = f"{len(WAYS) - len(struck)} of {len(WAYS)} are left {after}"
    canvas = Canvas(
        "guide-so-far", "The decision guide", title, _TOP + sum(map(_height, _reasons(struck).values())) + 8
    )
    canvas.text(title, _EDGE, 30, TITLE, bold=True)
    _ways(canvas, struck)
    return Picture(canvas.svg(), "\n".join([f"{title}.", *_rows_in_words(struck)]))


def decision_tree() -> Picture:
    """All paths on one page: the shortest tree of questions that leads to the same first choices."""
    rows: list[tuple[int, str, str, bool]] = []
    _rows(shortest_tree(), 0, "", rows)
    lines = [f"{'    ' * depth}{lead}{said}" for depth, lead, said, _end in rows]
    text = "\n".join([f"The guide as a tree: the first choice of all {2 ** len(QUESTIONS)} paths", *lines])
    canvas = Canvas("tree", "The guide as a tree", text.split("\n", 1)[0], 48 + 24 * len(rows))
    questions: dict[int, int] = {}  # the depth of a question to its row: those that are still open
    for place, (depth, lead, said, end) in enumerate(rows):
        x, y = _EDGE + 34 * depth, 32 + 24 * place
        questions[depth] = y
        if depth:
            canvas.line(x - 20, questions[depth - 1] + 6, x - 20, y - 5, LINE, stroke_width=1.2)
            canvas.line(x - 20, y - 5, x - 4, y - 5, LINE, stroke_width=1.2)
        canvas.text(lead, x, y, SMALL, colour=PURPLE, bold=True)
        canvas.text(said, x + (36 if lead else 0), y, TEXT, bold=end)
    return Picture(canvas.svg(), text)


def _reasons(struck: Mapping[str, tuple[Strike, ...]]) -> dict[str, list[str]]:
    """Of each way the reasons that strike it out, in lines that fit beside its name; none for a way that is left."""
    room = WIDTH - 2 * _EDGE - _PLACE - _NAMES
    return {way: wrapped(_why(struck[way]), room) if way in struck else [] for way in WAYS}


def _height(reasons: list[str]) -> int:
    return _ROW + _LINE * (max(len(reasons), 1) - 1)


def _ways(canvas: Canvas, struck: Mapping[str, tuple[Strike, ...]], left: tuple[str, ...] = ()) -> None:
    """A row a way: struck out and why, or its place in `left`; without places they are open."""
    y = _TOP
    for number, (way, reasons) in enumerate(_reasons(struck).items()):
        if number % 2 == 0:
            canvas.rect(8, y - 8, WIDTH - 16, _height(reasons), fill=SHADE)
        canvas.text(way, _EDGE + _PLACE, y + 10, TEXT, bold=not reasons, colour=SOFT if reasons else INK)
        if reasons:
            wide = text_width(way, TEXT) * 1.06
            canvas.line(_EDGE + _PLACE - 4, y + 6, _EDGE + _PLACE + wide, y + 6, VERMILION, stroke_width=1.6)
            canvas.text("✗ out", _EDGE, y + 10, SMALL, colour=VERMILION)
            for place, line in enumerate(reasons):
                canvas.text(line, _EDGE + _PLACE + _NAMES, y + 10 + _LINE * place, SMALL, colour=SOFT)
        elif left:
            place = left.index(way) + 1
            canvas.text(f"{place}.", _EDGE, y + 10, TITLE, bold=True, colour=GREEN if place == 1 else INK)
            said = {1: "your choice", 2: "the runner-up"}.get(place, "would do")
            canvas.text(said, _EDGE + _PLACE + _NAMES, y + 10, TEXT, bold=place == 1)
        y += _height(reasons)


def _why(strikes: tuple[Strike, ...]) -> str:
    return "; ".join(f"{strike.because} [{strike.claim}]" for strike in strikes)


def _rows_in_words(struck: Mapping[str, tuple[Strike, ...]], left: tuple[str, ...] = ()) -> list[str]:
    return [
        f"  ✗ {way}: {_why(struck[way])}"
        if way in struck
        else f"  {left.index(way) + 1}. {way}"
        if left
        else f"  {way}"
        for way in WAYS
    ]


def _rows(node: Fork | Leaf, depth: int, lead: str, rows: list[tuple[int, str, str, bool]]) -> None:
    if isinstance(node, Leaf):
        rows.append((depth, lead, node.first or _NOBODY, True))
        return
    rows.append((depth, lead, QUESTIONS[node.question], False))
    short, long = sorted((("yes: ", node.yes), ("no: ", node.no)), key=lambda side: side[1].size)
    for answer, below in (short, long):
        _rows(below, depth + 1, answer, rows)


def _title(verdict: Verdict) -> str:
    if verdict.first is None:
        return f"The verdict: {_NOBODY}"
    second = f"the runner-up is {verdict.runner_up}" if verdict.runner_up else "there is no runner-up"
    return f"The verdict: {verdict.first}; {second}"


def _below(answers: dict[str, bool], verdict: Verdict) -> list[str]:
    if not verdict.reversals:
        return ["No single other answer would change this verdict."]
    lines = ["What would change its mind:"]
    for question, other in verdict.reversals.items():
        answer = "no" if answers[question] else "yes"
        lines += wrapped(f"{QUESTIONS[question]} If {answer}: {other or _NOBODY}.", WIDTH - 2 * _EDGE, TEXT)
    return lines


def _text(answers: dict[str, bool], verdict: Verdict, title: str) -> str:
    lines = [f"{title}."]
    lines += [f"  {QUESTIONS[question]} {'yes' if answer else 'no'}" for question, answer in answers.items()]
    lines += _rows_in_words(verdict.struck, verdict.left)
    return "\n".join([*lines, *_below(answers, verdict)])
