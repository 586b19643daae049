"""From a keyword of Explorer to a labelled control."""

import ipywidgets
import pytest

from sevenways.widgets.controls import in_words, label, make_control, make_controls


def shop(batch_size=10, visibility_timeout=30, error_rate=0.1, maximum_concurrency=None, partial=True, pattern="{}"):
    """A scenario that is never run here."""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("batch_size", "batch size"),
        ("handler_s", "handler (s)"),
        ("memory_mb", "memory (MB)"),
        ("size_bytes", "size (bytes)"),
        ("fifo", "fifo"),
        ("s", "s"),
    ],
)
def test_a_label_is_readable_words_with_the_unit_in_parentheses(name, words):
    assert label(name) == words


def test_two_integers_make_a_slider_that_starts_at_the_scenarios_default():
    control = make_controls(shop, {"batch_size": (1, 20)})["batch_size"]
    slider = control.widget
    assert isinstance(slider, ipywidgets.IntSlider)
    assert (slider.value, slider.min, slider.max, slider.step) == (10, 1, 20, 1)
    assert slider.description == "batch size"
    assert control.choices == "1 to 20"


def test_a_third_number_is_the_step():
    assert make_controls(shop, {"visibility_timeout": (10, 120, 10)})["visibility_timeout"].widget.step == 10


def test_a_float_anywhere_makes_a_float_slider_whose_readout_shows_the_step():
    slider = make_controls(shop, {"error_rate": (0, 1, 0.05)})["error_rate"].widget
    assert isinstance(slider, ipywidgets.FloatSlider)
    assert slider.value == 0.1
    assert slider.readout_format == ".2f"


def test_without_a_default_a_slider_starts_in_the_middle():
    assert make_control("n", (1, 9)).widget.value == 5


def test_none_in_a_list_is_shown_as_off():
    control = make_controls(shop, {"maximum_concurrency": [None, 2, 5]})["maximum_concurrency"]
    assert isinstance(control.widget, ipywidgets.Dropdown)
    assert [text for text, _ in control.widget.options] == ["off", "2", "5"]
    assert control.widget.value is None
    assert control.choices == "off, 2, 5"


def test_the_scenarios_default_wins_over_true_or_false_and_text():
    controls = make_controls(shop, {"partial": False, "pattern": "text"})
    assert controls["partial"].widget.value is True
    assert controls["pattern"].widget.value == "{}"


def test_a_text_of_several_lines_gets_an_area():
    assert isinstance(make_control("pattern", "{\n}").widget, ipywidgets.Textarea)


def test_a_text_has_a_row_of_its_own():
    controls = make_controls(shop, {"batch_size": (1, 20), "pattern": ""})
    assert controls["pattern"].widget.layout.grid_area == "auto / 1 / auto / -1"
    assert controls["batch_size"].widget.layout.grid_area is None


def test_no_control_reports_before_the_learner_is_done():
    controls = make_controls(shop, {"batch_size": (1, 20), "error_rate": (0.0, 1.0), "pattern": ""})
    assert not any(control.widget.continuous_update for control in controls.values())


def test_a_widget_is_taken_as_it_is():
    own = ipywidgets.ToggleButtons(options=["sync", "async"], description="mode")
    control = make_control("mode", own)
    assert control.widget is own
    assert control.label == "mode"


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"batch_sise": (1, 2)}, "shop has no argument batch_sise. Did you mean batch_size?"),
        ({"batch_size": (1, 5)}, "batch_size=(1, 5) does not reach the scenario's default, 10."),
        ({"batch_size": (9, 1)}, "the first number must be smaller"),
        ({"maximum_concurrency": (2, 9)}, "A knob that can be off is a list with None in it"),
        ({"maximum_concurrency": [2, 5]}, "maximum_concurrency offers 2, 5, but not the scenario's default, off."),
        ({"batch_size": 3}, "batch_size=3 can't become a control."),
        ({"batch_size": ipywidgets.VBox()}, "VBox, which has no value"),
    ],
)
def test_what_can_not_become_a_control_gets_a_sentence(keywords, sentence):
    with pytest.raises(ValueError) as error:
        make_controls(shop, keywords)
    assert sentence in str(error.value)


def test_an_argument_without_default_and_control_gets_a_sentence():
    def needy(seed, batch_size=1):
        """A scenario."""

    with pytest.raises(ValueError, match="needy needs a value for seed: give it a default or a control"):
        make_controls(needy, {"batch_size": (1, 10)})


@pytest.mark.parametrize(("value", "words"), [(None, "off"), (True, "yes"), (0.1 + 0.2, "0.3"), (3, "3"), ("a", "a")])
def test_values_in_words(value, words):
    assert in_words(value) == words


def test_off_can_be_chosen_by_the_learner_and_by_code_and_stays_visible():
    widget = make_controls(shop, {"maximum_concurrency": [5, None, 2]})["maximum_concurrency"].widget
    heard = []
    widget.observe(lambda change: heard.append(change["new"]), names="value")
    assert widget.label == "off"
    widget.index = 2
    widget.value = None
    assert (widget.index, widget.label) == (1, "off")
    widget.index = 0
    widget.index = 1
    assert (widget.value, widget.label) == (None, "off")
    assert heard == [2, None, 5, None]


def test_a_text_of_several_lines_is_shown_whole():
    assert make_control("pattern", '{\n  "a": [1]\n}').widget.rows == 3


@pytest.mark.parametrize(
    ("name", "abbreviation", "value", "said"),
    [
        ("batch_size", (1, 10), 7, "Batch size: 7."),
        ("handler_s", (0.1, 10.0, 0.1), 2.0, "Handler: 2 s."),
        ("memory_mb", [128, 512], 512, "Memory: 512 MB."),
        ("outage_s", [None, 30], None, "Outage: off."),
        ("outage_s", [None, 30], 30, "Outage: 30 s."),
        ("how", ["RequestResponse", "Event"], "Event", "How: Event."),
        ("fifo", False, True, "Fifo: yes."),
        ("pattern", "{}", '{"a": [1]}', 'Pattern: {"a": [1]}.'),
        ("pattern", "{}", "{\n}", "Pattern: changed."),
        ("pattern", "{}", '{"a": [1]}' * 5, "Pattern: changed."),
        ("pattern", "{}", "", "Pattern: empty."),
    ],
)
def test_what_a_knob_is_set_to_is_a_sentence(name, abbreviation, value, said):
    control = make_control(name, abbreviation)
    control.widget.value = value
    assert control.setting() == said


def test_a_knob_may_have_better_words_than_its_arguments_name():
    controls = make_controls(shop, {"visibility_timeout": (10, 120, 10)}, {"visibility_timeout": "hidden for"})
    assert controls["visibility_timeout"].widget.description == "hidden for"
    assert label("double_at_s", "shards doubled at") == "shards doubled at (s)"
    with pytest.raises(ValueError, match="labels names limit, for which there is no control"):
        make_controls(shop, {"batch_size": (1, 10)}, {"limit": "most"})
