"""Which picture stands under a verdict: the last world's, or one that the check has chosen."""

from types import SimpleNamespace

from sevenways.checks.registry import Observation, Registry
from sevenways.checks.trial import lab_cloud
from sevenways.checks.verdict import judge
from sevenways.checks.worlds import once_more, show

BATCH, SENTENCE = SimpleNamespace(text="the batch"), SimpleNamespace(text="of the sentence")


def verdict_of(answer):
    registry = Registry()

    @registry.register("lab00.draw", takes=("answer",), hints=())
    def draw(answer):
        with lab_cloud():
            show(lambda: BATCH)
            if answer == "wrong":
                raise Observation("it is wrong")
            if answer == "drawn":
                raise Observation("it is wrong", shown=lambda: SENTENCE)
        if answer == "another world":
            with lab_cloud(seed=1):
                pass
        if answer in ("right once more", "wrong once more"):
            with once_more(), lab_cloud(seed=1):
                show(lambda: SENTENCE)
                if answer == "wrong once more":
                    raise Observation("it is wrong")

    return judge(registry, "lab00.draw", (answer,))


def test_the_checks_own_picture_stands_under_right_and_wrong():
    assert verdict_of("right").shown() is BATCH
    assert verdict_of("wrong").shown() is BATCH


def test_the_picture_of_a_sentence_goes_first():
    assert verdict_of("drawn").shown() is SENTENCE


def test_a_picture_belongs_to_its_world():
    assert verdict_of("another world").shown is None
    assert verdict_of("another world").world is not None


def test_a_world_that_the_task_does_not_tell_of_is_drawn_only_when_something_is_seen_in_it():
    assert verdict_of("right once more").shown() is BATCH
    assert verdict_of("wrong once more").shown() is SENTENCE


def test_nobody_watches():
    show(lambda: BATCH)
