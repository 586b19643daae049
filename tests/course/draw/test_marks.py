"""What a scenario marks: no line goes through another mark's words."""

import re

from motoclock.trace import Marked
from sevenways import draw
from sevenways.draw.canvas import text_width
from sevenways.draw.palette import PAPER
from tests.course.draw.stories import Story


def test_a_line_goes_behind_the_words_of_another_mark():
    story = Story()
    story.send(0, "a")
    story.receive(100, ["a"])
    story.delete(101, ["a"])
    for at, words in ((40, "database.example is down"), (46, "database.example is up again")):
        story.tell(at, Marked(words), "database.example")
    svg = draw.backlog(story.trace()).svg
    lines = [
        (svg.index(found[0]), float(found[1])) for found in re.finditer(r'<path d="M([\d.]+),[^>]*"4,3"[^>]*>', svg)
    ]
    assert len(lines) == 2
    crossed = 0
    for text in re.finditer(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(database.example is [^<]*)<', svg):
        left, base = float(text[1]), float(text[2])
        for place, x in lines:
            if left < x < left + text_width(text[3]):
                crossed += 1
                plates = re.finditer(
                    rf'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*fill="{PAPER}"', svg
                )
                assert any(
                    place < plate.start() < text.start()
                    and float(plate[1]) <= left
                    and float(plate[1]) + float(plate[3]) >= left + text_width(text[3])
                    and float(plate[2]) <= base - 10 <= base + 2 <= float(plate[2]) + float(plate[4])
                    for plate in plates
                )
    assert crossed == 1
