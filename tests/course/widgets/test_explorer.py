"""Explorer with scenarios that need no AWS: controls, pictures, errors, static twin."""

import sys

import ipywidgets
import pytest

from sevenways.draw.picture import Picture
from sevenways.widgets import Explorer
from sevenways.widgets.scene import in_a_sentence
from tests.course.draw.paper import height_of, words_off_the_paper


def picture(words):
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><text id="t">{words}</text></svg>', words
    )


def shop(batch_size=10, limit=None):
    if batch_size == 7:
        raise KeyError("email")
    return picture(f"batch {batch_size}, limit {limit}")


class Summary(dict):
    def _repr_html_(self):
        return "<table><tr><td>sent 10</td></tr></table>"


class FakeCloud:
    """Draws like a Cloud, and remembers whether it was closed."""

    def __init__(self):
        self.closed = False

    def diagram(self):
        assert not self.closed
        return picture("the diagram")

    def timeline(self):
        return picture("the timeline")

    def backlog(self):
        return picture("the backlog")

    def summary(self):
        return Summary(sent=10, processed=8, dead_lettered=2, lost=0, invocations=1, p50_s=1.5)

    def close(self):
        self.closed = True


def test_a_change_runs_the_scenario_again_and_swaps_the_picture():
    explorer = Explorer(shop, batch_size=(1, 10))
    assert "batch 10" in explorer.picture.value
    explorer.controls["batch_size"].value = 3
    assert "batch 3" in explorer.picture.value
    assert "batch 10" not in explorer.picture.value


def test_it_is_a_box_of_controls_status_and_html():
    explorer = Explorer(shop, batch_size=(1, 10), limit=[None, 2])
    knobs, reset, status, shown, _style = explorer.children
    assert list(knobs.children) == list(explorer.controls.values())
    assert isinstance(reset, ipywidgets.Button)
    assert isinstance(status, ipywidgets.HTML)
    assert shown is explorer.picture


def test_the_status_line_says_what_changed_and_what_came_of_it():
    explorer = Explorer(shop, batch_size=(1, 10), limit=[None, 2])
    assert 'role="status"' in explorer.status.value
    explorer.controls["limit"].value = 2
    assert "Limit: 2. batch 10, limit 2" in explorer.status.value


def test_the_static_twin_names_all_knobs_within_the_paper():
    def scenario(**settings):
        return picture("x")

    names = [f"a_knob_with_a_name_{number}" for number in range(12)]
    explorer = Explorer(scenario, **{name: (1, 10) for name in names}, labels={names[0]: "how it is invoked"})
    assert words_off_the_paper(explorer.svg) == []
    assert "how it is invoked" in explorer.svg and "a knob with a name 11" in explorer.svg
    assert "  how it is invoked: 5 (1 to 10)" in explorer.text


def tall(words, height):
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}"><text>{words}</text></svg>', words
    )


def test_the_static_twin_is_no_higher_than_a_screen_and_its_words_say_all():
    class TallCloud(FakeCloud):
        def diagram(self):
            return tall("the diagram's words", 300)

        def timeline(self):
            return tall("the timeline's words", 500)

        def backlog(self):
            return tall("the backlog's words", 200)

    explorer = Explorer(lambda n=3: TallCloud(), n=(1, 10))
    assert height_of(explorer.svg) <= 870
    assert "the diagram's words" in explorer.svg and "the backlog's words" in explorer.svg
    assert "sent" in explorer.svg  # the table of numbers is small
    assert "the timeline's words" not in explorer.svg and "JupyterLab also shows the timeline." in explorer.svg
    assert "10 messages sent, 8 processed" in explorer.svg.partition("<desc>")[2].partition("</desc>")[2]
    assert "the timeline's words" in explorer.text and "the timeline's words" in explorer.picture.value


def test_a_static_twin_whose_pictures_all_fit_leaves_nothing_out():
    explorer = Explorer(lambda n=3: FakeCloud(), n=(1, 10))
    assert "also shows" not in explorer.svg
    assert "the diagram" in explorer.svg and "the backlog" in explorer.svg


def test_one_picture_that_is_higher_than_a_screen_is_shown_whole():
    explorer = Explorer(lambda n=3: tall("one", 900), n=(1, 10))
    assert ">one<" in explorer.svg and "also shows" not in explorer.svg


def test_reset_goes_back_to_the_start_in_one_run():
    runs = []

    def counted(batch_size=10, limit=None):
        runs.append((batch_size, limit))
        return picture("x")

    explorer = Explorer(counted, batch_size=(1, 10), limit=[None, 2])
    explorer.controls["batch_size"].value = 3
    explorer.controls["limit"].value = 2
    del runs[:]
    explorer.children[1].click()
    assert runs == [(10, None)]
    assert explorer.controls["batch_size"].value == 10
    assert "Back at the start. " in explorer.status.value


def test_a_run_without_messages_says_nothing_of_messages():
    numbers = {"sent": 0, "processed": 0, "invocations": 16, "peak_concurrency": 8}
    assert in_a_sentence(numbers) == "16 invocations, at most 8 at once."
    assert in_a_sentence(numbers | {"sent": 2}).startswith("2 messages sent, 0 processed; 16 invocations")


def test_an_error_is_one_sentence_with_the_scenarios_own_line():
    explorer = Explorer(shop, batch_size=(1, 10))
    explorer.controls["batch_size"].value = 7
    assert "shop stopped with KeyError: &#x27;email&#x27;" in explorer.picture.value
    assert "raise KeyError" in explorer.picture.value
    assert "Traceback" not in explorer.picture.value
    assert "Batch size: 7. No picture." in explorer.status.value


def test_after_an_error_the_last_picture_is_at_hand_and_the_next_change_shows_a_new_one():
    explorer = Explorer(shop, batch_size=(1, 10))
    explorer.controls["batch_size"].value = 7
    assert "the last picture that worked" in explorer.picture.value
    assert "batch 10" in explorer.picture.value
    explorer.controls["batch_size"].value = 8
    assert explorer.picture.value.count("batch 8") == 1
    assert 'role="alert"' not in explorer.picture.value


def test_a_scenario_that_fails_at_once_still_gives_a_widget():
    explorer = Explorer(shop, batch_size=ipywidgets.IntSlider(value=7, min=1, max=10))
    assert "KeyError" in explorer.text
    assert "image/svg+xml" not in explorer._repr_mimebundle_()


@pytest.mark.parametrize("stop", [SystemExit("bye"), KeyboardInterrupt()])
def test_even_an_exit_is_a_sentence(stop):
    def leaving(n=1):
        raise stop

    assert "leaving" in Explorer(leaving, n=(1, 3)).text


def test_prints_of_the_scenario_do_not_leak(capsys):
    def loud(n=1):
        print("loud")
        print("louder", file=sys.stderr)
        return picture("x")

    Explorer(loud, n=(1, 3)).controls["n"].value = 2
    assert capsys.readouterr() == ("", "")


def test_a_cloud_is_drawn_then_closed():
    clouds = []

    def scenario(n=1):
        clouds.append(FakeCloud())
        return clouds[-1]

    explorer = Explorer(scenario, n=(1, 3))
    for words in ("the diagram", "the timeline", "the backlog", "<td>sent 10</td>"):
        assert words in explorer.picture.value
    assert (
        "10 messages sent, 8 processed, 2 dead-lettered; 1 invocation; half done within 1.5 s." in explorer.status.value
    )
    assert [cloud.closed for cloud in clouds] == [True]


def test_show_chooses_the_pictures_and_their_order():
    explorer = Explorer(lambda n=1: FakeCloud(), n=(1, 3), show=("backlog", "diagram"))
    shown = explorer.picture.value
    assert shown.index("the backlog") < shown.index("the diagram")
    assert "the timeline" not in shown
    with pytest.raises(ValueError, match="choose among diagram, timeline, backlog, summary"):
        Explorer(shop, show=("diagramm",), batch_size=(1, 10))


def test_a_tuple_of_clouds_and_pictures_is_shown_in_order():
    explorer = Explorer(lambda n=1: (FakeCloud(), picture("mine")), n=(1, 3), show=("diagram",))
    assert explorer.picture.value.index("the diagram") < explorer.picture.value.index("mine")


def test_a_scenario_that_returns_nothing_is_told_what_to_return():
    def forgetful(n=1):
        FakeCloud()

    assert "forgetful returned None. Return the Cloud that it ran" in Explorer(forgetful, n=(1, 3)).text


def test_the_static_twin_is_the_default_run_whatever_was_turned_since():
    explorer = Explorer(shop, batch_size=(1, 10), limit=[None, 2])
    before = explorer._repr_mimebundle_()
    explorer.controls["batch_size"].value = 3
    after = explorer._repr_mimebundle_()
    assert before["text/plain"] == after["text/plain"]
    assert before["image/svg+xml"] == after["image/svg+xml"]
    assert "application/vnd.jupyter.widget-view+json" in after
    assert before["text/plain"].splitlines()[:4] == [
        "Explorer of shop",
        "  batch size: 10 (1 to 10)",
        "  limit: off (off, 2)",
        "",
    ]


def test_two_explorers_of_one_scenario_have_the_same_static_twin_and_different_names_on_the_page():
    one, other = Explorer(shop, batch_size=(1, 10)), Explorer(shop, batch_size=(1, 10))
    assert one.svg == other.svg
    assert repr(one) == repr(other)
    assert one.picture.value != other.picture.value


def test_a_widget_of_the_notebooks_own_is_a_control_too():
    own = ipywidgets.BoundedIntText(value=2, min=1, max=10, description="orders")
    explorer = Explorer(shop, batch_size=own)
    own.value = 4
    assert "batch 4" in explorer.picture.value
