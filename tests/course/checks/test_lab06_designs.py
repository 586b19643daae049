"""Lab 06 judges invariants: designs other than the reference answer pass, too."""

import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab06_handlers as handlers


@pytest.mark.parametrize(
    "park",
    [handlers.parks_the_record, handlers.parks_its_place, handlers.parks_its_text, handlers.parks_its_text_in_json],
)
def test_a_handler_may_park_the_bad_click_itself(park):
    assert str(judge(registry, "lab06.bad_click", (dict, park))) == "✓ lab06.bad_click"
