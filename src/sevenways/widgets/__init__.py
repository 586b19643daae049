"""What learners turn, type into and answer: Explorer, pattern tester, prediction, quiz. The only room that imports ipywidgets.

A widget re-runs the notebook's own code and swaps a picture; its static twin says the same on a page without a kernel.
"""

from sevenways.widgets.answering import Hints, check
from sevenways.widgets.explorer import Explorer
from sevenways.widgets.hindsight import Hindsight, predictions
from sevenways.widgets.pattern_tester import PatternTester, pattern_tester
from sevenways.widgets.predict import Predict, predict
from sevenways.widgets.quiz import Quiz, quiz

__all__ = [
    "Explorer",
    "Hindsight",
    "Hints",
    "PatternTester",
    "Predict",
    "Quiz",
    "check",
    "pattern_tester",
    "predict",
    "predictions",
    "quiz",
]
