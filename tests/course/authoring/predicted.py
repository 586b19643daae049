"""A prediction, and the pieces of a lesson that asks for it."""

from sevenways.widgets.predicted import read

ASK = '# %%\npredict("01.how-many")\n\n'
RUN = "# %%\nx\n\n"
ANSWER = "# %% [markdown]\n# :::answer\n# Because it is so.\n# :::\n\n"

WITH_A_CELL = read(
    "01-a",
    """
[[predictions]]
id = "how-many"
text = "How many?"
shows = "3"
[[predictions.choices]]
text = "two"
because = "There is a third."
[[predictions.choices]]
text = "three"
right = true
""",
)
