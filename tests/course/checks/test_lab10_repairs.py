"""What a repair may not do, and which one is still open."""

from sevenways.checks.registry import registry
from sevenways.checks.verdict import Outcome, judge
from sevenways.night import reference as good


def stub(cloud):
    raise NotImplementedError


def test_an_earlier_repair_that_is_still_open_is_named():
    verdict = judge(registry, "lab10.charged_once", (good.one_write, stub, good.charged_once))
    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert verdict.line == "– lab10.charged_once: three_at_once is not attempted."


def test_its_plans_do_not_stay_with_the_cloud_that_it_was_given():
    """`cloud.at` is the Cloud's own again when the repair has returned: the night plans with it."""
    assert judge(registry, "lab10.one_write", (good.one_write,)).outcome is Outcome.CORRECT
