"""How a marked solution becomes a hole."""

from __future__ import annotations

import textwrap

import pytest

from sevenways.authoring.grammar import GrammarError, is_marked, with_holes, without_markers


def code(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


FUNCTION = code("""
    def options(size):
        '''The options.'''
        # BEGIN SOLUTION
        half = size // 2

        return {"BatchSize": half}
        # END SOLUTION
""")


def test_a_block_in_a_function_becomes_one_exception() -> None:
    assert with_holes(FUNCTION) == code("""
        def options(size):
            '''The options.'''
            raise NotImplementedError
    """)


def test_the_solution_keeps_the_block_and_loses_the_markers() -> None:
    assert without_markers(FUNCTION) == code("""
        def options(size):
            '''The options.'''
            half = size // 2

            return {"BatchSize": half}
    """)


def test_values_at_the_top_level_become_dots() -> None:
    marked = code("""
        before = 1
        rate = 3  # SOLUTION
        # BEGIN SOLUTION
        low: int = 2
        policy = {
            "maxReceiveCount": 5,
        }
        # END SOLUTION
        after = 2
    """)
    assert with_holes(marked) == "before = 1\nrate = ...\nlow = ...\npolicy = ...\nafter = 2"
    assert "rate = 3\nlow: int = 2\npolicy = {" in without_markers(marked)


def test_marked_lines_in_a_row_make_one_hole() -> None:
    marked = "def f(x):\n    y = x + 1  # SOLUTION\n    return y  # SOLUTION"
    assert with_holes(marked) == "def f(x):\n    raise NotImplementedError"


def test_a_block_in_a_loop_in_a_method_keeps_its_indent() -> None:
    marked = code("""
        class Handler:
            async def run(self, event):
                for record in event["Records"]:
                    # BEGIN SOLUTION
                    print(record)
                    # END SOLUTION
    """)
    assert with_holes(marked).splitlines()[-1] == " " * 12 + "raise NotImplementedError"


def test_words_in_a_string_or_in_another_comment_are_no_marker() -> None:
    assert not is_marked("text = '# SOLUTION'")
    assert not is_marked("# the solution is below")
    assert not is_marked("%time solution()")
    assert is_marked("x = 1 #solution")


@pytest.mark.parametrize(
    ("marked", "sentence"),
    [
        ("# BEGIN SOLUTION\nx = 1", "without an `# END SOLUTION`"),
        ("x = 1\n# END SOLUTION", "without a `# BEGIN SOLUTION`"),
        ("# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION", "a second `# BEGIN SOLUTION`"),
        ("# BEGIN SOLUTION\nx = 1  # SOLUTION\n# END SOLUTION", "one of the two is enough"),
        ("x = 1  # BEGIN SOLUTION\n# END SOLUTION", "needs a line of its own"),
        ("# SOLUTION\nx = 1", "stands alone on its line"),
        ("# BEGIN SOLUTION\n# END SOLUTION", "covers no whole statement"),
        ("x = [\n    1,  # SOLUTION\n]", "covers no whole statement"),
        ("def f():\n    for x in y:  # SOLUTION\n        pass", "covers no whole statement"),
        ("print(1)  # SOLUTION", "must be `name = value`"),
        ("a.b = 1  # SOLUTION", "must be `name = value`"),
        ("a, b = 1, 2  # SOLUTION", "must be `name = value`"),
        ("# BEGIN SOLUTION\ndef f():\n    pass\n# END SOLUTION", "must be `name = value`"),
        ("class A:\n    x = 1  # SOLUTION", "must be `name = value`"),
        ("%time x\ny = 1  # SOLUTION", "not plain Python"),
        ("x = (  # SOLUTION", "not plain Python"),
    ],
)
def test_a_misplaced_marker_gets_one_sentence(marked: str, sentence: str) -> None:
    with pytest.raises(GrammarError) as raised:
        with_holes(marked)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
