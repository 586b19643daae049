"""A message may be named by its body, as long as one life has it."""

from motoclock.trace import Kind, Moved, Sent
from sevenways.draw import passport
from tests.course.draw.stories import DLQ, QUEUE, Story


def test_a_message_is_found_by_its_body():
    story = Story()
    story.send(0, "id-1", label="order-0")
    story.send(0, "id-2", label="order-1")
    assert passport(story.trace(), "order-1").text.startswith("Passport of order-1 (message id-2)")


def test_two_messages_with_one_body_are_a_question():
    story = Story()
    story.send(0, "id-1", label="order-0")
    story.send(1, "id-2", label="order-0")
    assert passport(story.trace(), "order-0").text == '2 messages have the body "order-0".'


def test_a_redriven_message_is_one_life():
    story = Story()
    story.send(0, "id-1", label="order-0")
    story.dead_letter(1, ["id-1"], 3)
    story.tell(2, Kind.REDRIVEN, DLQ, "id-1", None, Moved(QUEUE, 3, "move task", "id-2"))
    story.tell(2, Kind.SENT, QUEUE, "id-2", None, Sent("order-0", 100, origins=("id-1",)))
    assert passport(story.trace(), "order-0").text.startswith("Passport of order-0 (message id-1)")


def test_an_unknown_text_is_a_sentence():
    story = Story()
    story.send(0, "id-1", label="order-0")
    assert passport(story.trace(), "order-7").text == 'No message has the id or the body "order-7".'
