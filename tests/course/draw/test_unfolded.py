"""A JSON document, unfolded."""

from sevenways.draw.unfolded import unfolded

DOCUMENT = {"version": "1.0", "requestContext": {"condition": "Success", "count": 1}, "requestPayload": {}}


def test_each_field_is_a_row_and_notes_stand_beside_it():
    picture = unfolded(DOCUMENT, {"requestContext.condition": "how it ended"}, "A record")
    assert picture.text.splitlines() == [
        "A record",
        'version: "1.0"',
        "requestContext",
        '  condition: "Success"   (how it ended)',
        "  count: 1",
        "requestPayload: {}",
    ]
    assert "how it ended" in picture.svg


def test_a_long_value_takes_the_room_of_a_note_that_is_not_there():
    arn = "arn:aws:lambda:us-east-1:123456789012:function:charge:$LATEST"
    assert arn in unfolded({"functionArn": arn}).svg
    assert arn not in unfolded({"functionArn": arn}, {"functionArn": "who ran"}).svg


def test_json_text_is_read():
    assert unfolded('{"a": {"b": null}}').text == "The record\na\n  b: null"


def test_the_same_document_gives_the_same_bytes():
    assert unfolded(DOCUMENT).svg == unfolded(DOCUMENT).svg
