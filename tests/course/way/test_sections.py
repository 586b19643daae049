"""What has to run before a section, read from its code."""

from __future__ import annotations

from sevenways.way.names import makes, needs
from sevenways.way.sections import RUN_ALL_ABOVE, before, sections, sentence

IMPORTS = ("code", "import boto3\nfrom sevenways import Cloud\n\nsqs = boto3.client('sqs')")


def said(*cells: tuple[str, str], last: str = "## 2 · B") -> str | None:
    """The sentence of the section with this heading."""
    every = [("markdown", "# Title"), IMPORTS, *cells]
    return sentence(every, next(section for section in sections(every) if f"## {section.title}" == last))


def test_a_section_that_needs_nothing_runs_on_its_own() -> None:
    assert (
        said(("markdown", "## 1 · A"), ("code", "x = 1"), ("markdown", "## 2 · B"), ("code", "y = len('abc')")) is None
    )


def test_a_function_of_an_earlier_section_is_named_with_what_it_needs_itself() -> None:
    assert said(
        ("markdown", "## 1 · A"),
        ("code", "def charge(event, context):\n    return 1"),
        ("code", "def shop():\n    cloud = Cloud()\n    cloud.deploy(charge)\n    return cloud"),
        ("markdown", "## 2 · B"),
        ("code", "shop().run()"),
    ) == (
        "*To start here after a restart, first run the imports at the top and the cells of section 1 that make `charge` and `shop`.*"
    )


def test_what_is_tried_in_a_section_needs_its_cells_too() -> None:
    fold = '<details class="tried">\n<summary>Tried</summary>\n\n```python\nsend(make_queue())\n```\n\n</details>'
    helpers = ("code", "def make_queue():\n    return 1\n\n\ndef send(queue):\n    return 2")
    a, b = ("markdown", "## 1 · A"), ("markdown", "## 2 · B")
    assert said(a, helpers, b, ("code", "1"), ("markdown", fold)) == (
        "*To start here after a restart, first run the cell of section 1 that makes `make_queue` and `send`.*"
    )
    assert said(a, helpers, b, ("code", "1"), ("markdown", fold.replace(' class="tried"', ""))) is None
    assert said(a, helpers, ("markdown", fold), b, ("code", "1")) is None


def test_a_name_made_inside_a_comprehension_is_not_needed() -> None:
    code = "[(len(ran := race()), ran.last) for way in (1, 2)]"
    assert (makes(code), needs([code])) == ({"ran"}, {"race"})


def test_a_task_of_a_lab_is_named_by_its_number() -> None:
    cell = ("code", "client = 'mine'")
    assert said(("markdown", "## Task 1: nobody waits"), cell, ("markdown", "## 2 · B"), ("code", "print(client)")) == (
        "*To start here after a restart, first run the cell of task 1 that makes `client`.*"
    )


def test_a_cell_is_named_by_what_is_needed_of_it() -> None:
    both = ("code", "queue = 'orders'\n\n\ndef shop_of_today():\n    return queue")
    assert said(("markdown", "## 1 · A"), both, ("markdown", "## 2 · B"), ("code", "print(queue)")) == (
        "*To start here after a restart, first run the cell of section 1 that makes `queue`.*"
    )


def test_the_cells_at_the_top_are_run_as_they_are_whatever_they_do() -> None:
    opened = ("code", "cloud = Cloud()\n\n\ndef arn_of(queue):\n    return sqs.get_queue_attributes(QueueUrl=queue)")
    answer = ("code", "def park(queue):\n    return arn_of(queue)")
    checked = ("code", 'check("lab01.park", park)')
    assert said(opened, ("markdown", "## 1 · A"), ("markdown", "## 2 · B"), answer, checked) == (
        "*To start here after a restart, first run the cells at the top.*"
    )


def test_a_module_that_was_imported_again_on_the_way_is_taken_from_the_top() -> None:
    again = ("code", "import boto3\n\n\ndef charge(event, context):\n    boto3.client('s3')")
    assert said(("markdown", "## 1 · A"), again, ("markdown", "## 2 · B"), ("code", "print(boto3)")) == (
        "*To start here after a restart, first run the imports at the top.*"
    )
    shadow = ("code", "boto3 = 'mine'")
    assert said(("markdown", "## 1 · A"), shadow, ("markdown", "## 2 · B"), ("code", "print(boto3)")) == (
        "*To start here after a restart, first run the cell of section 1 that makes `boto3`.*"
    )


def test_a_list_of_names_is_a_constant() -> None:
    orders = ("code", "ORDERS = [f'order-{n}' for n in range(3)]")
    assert said(("markdown", "## 1 · A"), orders, ("markdown", "## 2 · B"), ("code", "print(ORDERS)")) == (
        "*To start here after a restart, first run the cell of section 1 that makes `ORDERS`.*"
    )


def test_a_name_that_is_made_again_in_the_section_is_not_needed() -> None:
    assert (
        said(("markdown", "## 1 · A"), ("code", "x = 1"), ("markdown", "## 2 · B"), ("code", "x = 2\nprint(x)")) is None
    )


def test_a_name_that_is_read_before_it_is_made_again_is_needed() -> None:
    answer = said(("markdown", "## 1 · A"), ("code", "x = 1"), ("markdown", "## 2 · B"), ("code", "x = x + 1"))
    assert answer and "`x`" in answer


def test_what_was_done_in_between_calls_for_all_above() -> None:
    answer = said(
        ("markdown", "## 1 · A"),
        ("code", "queue = sqs.create_queue(QueueName='q')"),
        ("markdown", "## 2 · B"),
        ("code", "queue"),
    )
    assert answer and RUN_ALL_ABOVE in answer


def test_a_section_that_works_in_the_cloud_of_another_calls_for_all_above() -> None:
    answer = said(
        ("markdown", "## 1 · A"), ("code", "cloud = Cloud()"), ("markdown", "## 2 · B"), ("code", "sqs.list_queues()")
    )
    assert answer and RUN_ALL_ABOVE in answer


def test_a_section_that_opens_its_own_cloud_needs_only_the_imports() -> None:
    answer = said(
        ("markdown", "## 1 · A"),
        ("code", "1"),
        ("markdown", "## 2 · B"),
        ("code", "cloud = Cloud()\nsqs.list_queues()"),
    )
    assert answer == "*To start here after a restart, first run the imports at the top.*"


def test_a_cloud_that_a_function_closes_again_is_none_to_work_in() -> None:
    shop = "def shop():\n    with Cloud() as cloud:\n        sqs.list_queues()"
    imports = ("code", "sqs = boto3.client('sqs')")
    alone = said(imports, ("code", shop), ("markdown", "## 2 · B"), ("code", "shop()"))
    assert alone == "*To start here after a restart, first run the cells at the top.*"
    then_on = said(imports, ("code", shop), ("markdown", "## 2 · B"), ("code", "shop()\nsqs.list_queues()"))
    assert then_on and RUN_ALL_ABOVE in then_on


def test_a_cell_that_is_not_plain_python_makes_and_needs_nothing() -> None:
    assert makes("%time x = 1") == needs(["%time x = 1"]) == frozenset()


def test_loops_comprehensions_and_arguments_are_not_taken_for_needs() -> None:
    code = "for n in range(3):\n    print(n)\n[m for m in 'abc']\nf = lambda k: k\ndef g(a, *, b=1):\n    c = a\n    return c + b"
    assert needs([code]) == frozenset()


def test_a_sections_cells_end_where_the_next_begins() -> None:
    cells = [
        ("markdown", "## 1 · A"),
        ("code", "a"),
        ("markdown", "### inside"),
        ("code", "b"),
        ("markdown", "## 2 · B"),
        ("code", "c"),
    ]
    assert [section.codes for section in sections(cells)] == [(1, 3), (5,)]


def test_nothing_is_asked_of_the_cells_below() -> None:
    cells = [("markdown", "## 1 · A"), ("code", "f()"), ("markdown", "## 2 · B"), ("code", "def f(): pass")]
    assert before(cells, sections(cells)[0]).cells == ()
