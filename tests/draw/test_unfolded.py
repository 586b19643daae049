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


def test_json_text_is_read():
    assert unfolded('{"a": {"b": null}}').text == "The record\na\n  b: null"


def test_the_same_document_gives_the_same_bytes():
    assert unfolded(DOCUMENT).svg == unfolded(DOCUMENT).svg
