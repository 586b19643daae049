"""No text of a product becomes a formula: amounts of money are written in words, any other dollar sign stands in code."""

import pytest

from sevenways.authoring.products import products_of
from sevenways.authoring.source import SourceError, read_source
from tests.course.authoring.conftest import Write

TITLE = "# %% [markdown]\n# # A lesson\n\n"


def text_of(write: Write, text: str) -> str:
    (product,) = products_of(read_source(write("01-a", f"{TITLE}# %% [markdown]\n# {text}\n\n# %%\n'$5 and $6'\n")))
    assert product.cells[-1].text == "'$5 and $6'", "code is left as it is"
    return product.cells[1].text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("from $0.40 to $1.20", "from USD 0.40 to USD 1.20"),
        (r"a \$5 note, US$ 6 and US$7".replace("US$ 6", "`$.detail`"), "a USD 5 note, `$.detail` and USD 7"),
        ("{fact: prices.SNS_PER_M}, as well", "USD 0.50 per million publishes, as well"),
        ("```python\n# cost = '$5'\n# ```", "```python\ncost = '$5'\n```"),
    ],
)
def test_an_amount_has_no_dollar_sign(write: Write, text: str, says: str) -> None:
    assert text_of(write, text) == says


def test_any_other_dollar_sign_outside_code_stops_the_build(write: Write) -> None:
    with pytest.raises(SourceError, match=r"content/lessons/01-a.py:4: a dollar sign outside code"):
        text_of(write, "the path $.detail and $.source")
