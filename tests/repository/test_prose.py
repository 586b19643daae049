"""No behaviour hangs on prose: causes are enums and fields, and words are made where they are shown.

A string with a blank in it, or a word that a person would write as a cause, is never compared, searched for or looked up. What stands
in ALLOWED reads a language that is not ours: source text, a request, a name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
CAUSES = {"mapping", "purge", "purged", "dropped", "given up", "filtered", "synchronous", "asynchronous"}
SEARCHES = {"startswith", "endswith", "find", "index", "count", "get"}
ALLOWED = {
    ("motoclock/functions/names.py", "# %%"),  # the mark of a cell in a learner's source
    ("motoclock/metrics/stream_queues.py", "'s dead letters"),  # a part of an ARN that no name of AWS can have
    ("sevenways/authoring/outputs.py", "Cell In["),  # a traceback as IPython writes it
    ("sevenways/authoring/outputs.py", "], line"),
    ("sevenways/authoring/outputs.py", ", in "),
    ("sevenways/widgets/scene.py", "filtered"),  # a number of the summary, by its name
    ("sevenways/authoring/grammar.py", "raise NotImplementedError"),  # a hole in an exercise
    ("sevenways/checks/lab02.py", "invoice for "),  # a request that the lab's own handler wrote
}


def words_in(node: ast.AST) -> Iterator[str]:
    """The strings of an operand that are prose or a cause."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value in CAUSES or (" " in node.value and any(map(str.isalpha, node.value))):
            yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from words_in(each)
    elif isinstance(node, ast.Dict):
        for key in node.keys:
            yield from words_in(key) if key is not None else ()
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from words_in(part)


def decisions(code: str) -> Iterator[tuple[int, str]]:
    """(line, words) of every comparison, search, look-up or match with prose."""
    for node in ast.walk(ast.parse(code)):
        operands: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            operands = [node.value]
        elif isinstance(node, ast.Subscript):
            operands = [node.slice, node.value] if isinstance(node.value, ast.Dict) else [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SEARCHES:
            operands = [*node.args[:1], node.func.value] if isinstance(node.func.value, ast.Dict) else node.args[:1]
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Dict)
            and ast.unparse(node.targets[0]).startswith("_")
        ):
            operands = [node.value]  # a table to look things up in
        yield from ((node.lineno, words) for operand in operands for words in words_in(operand))


@pytest.mark.parametrize(
    "code",
    [
        'reason != "delay over"',
        'event.detail.by in ("purge", "queue deleted")',
        '"given up" in call.note',
        'record.stopped.startswith("work ")',
        '{"move task": 1}.get(by)',
        '_REMOVED = {"queue deleted": 1}',
        'delivered["fifo bytes"]',
        'match by:\n    case "mapping": pass',
        'text.startswith(f"a loop of {n}")',
    ],
)
def test_a_decision_on_prose_is_seen(code):
    assert list(decisions(code))


@pytest.mark.parametrize(
    "code", ['name == "purge-all"', 'say("given up")', 'note = "it is down"', 'arn.split(":")[0] == "sqs"']
)
def test_words_that_decide_nothing_are_left_alone(code):
    assert not list(decisions(code))


def test_nothing_in_the_source_hangs_on_prose():
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {words!r}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line, words in decisions(path.read_text())
        if (path.relative_to(SOURCE).as_posix(), words) not in ALLOWED
    ]
    assert not found, "Decided by prose; make it an enum or a field:\n" + "\n".join(found)
