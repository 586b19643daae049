"""What learners turn, type into and answer: Explorer, pattern tester, quiz. The only room that imports ipywidgets.

A widget re-runs the notebook's own code and swaps a picture; its static twin says the same on a page without a kernel.
"""

from sevenways.widgets.explorer import Explorer
from sevenways.widgets.pattern_tester import PatternTester, pattern_tester
from sevenways.widgets.quiz import Quiz, quiz

__all__ = ["Explorer", "PatternTester", "Quiz", "pattern_tester", "quiz"]
