"""Wrong handlers for lab 06, in a file of their own: the file is what is deployed."""

import base64
import contextlib
import json
import time
import urllib.request

import boto3


def _records(event):
    return [{"PartitionKey": "checkout", "Data": name.ljust(size)} for name, size in event["snapshots"].items()]


def _put(event, records):
    return boto3.client("kinesis").put_records(StreamName=event["stream"], Records=records)


def ignores_the_answer(event, context):
    _put(event, _records(event))


def sends_all_again(event, context):
    while _put(event, _records(event))["FailedRecordCount"] > 0:
        time.sleep(1)


def sends_tens_and_never_looks(event, context):
    records = _records(event)
    for start in range(0, len(records), 10):
        _put(event, records[start : start + 10])
        time.sleep(1)


def sends_the_last_again(event, context):
    """As many as were refused, but not those."""
    records = _records(event)
    while refused := _put(event, records)["FailedRecordCount"]:
        records = records[-refused:]
        time.sleep(1)


def sends_five_every_two_seconds(event, context):
    records = _records(event)
    for start in range(0, len(records), 5):
        _put(event, records[start : start + 5])
        time.sleep(2)


def sleeps_for_too_long(event, context):
    _put(event, _records(event))
    time.sleep(61)


def raises(event, context):
    if _put(event, _records(event))["FailedRecordCount"]:
        raise RuntimeError("some were refused")


def asks_again_at_once(event, context):
    records = _records(event)
    while records:
        results = _put(event, records)["Records"]
        records = [record for record, result in zip(records, results, strict=True) if "ErrorCode" in result]


def asks_ten_times_a_second(event, context):
    records = _records(event)
    while records:
        results = _put(event, records)["Records"]
        records = [record for record, result in zip(records, results, strict=True) if "ErrorCode" in result]
        time.sleep(0.1)


def five_a_second(event, context):
    records = _records(event)
    for start in range(0, len(records), 5):
        _put(event, records[start : start + 5])
        time.sleep(1)


def one_at_a_time(event, context):
    for record in _records(event):
        _put(event, [record])
        time.sleep(0.13)


def nine_and_a_pause(event, context):
    records = _records(event)
    for start in range(0, len(records), 9):
        _put(event, records[start : start + 9])
        time.sleep(1)


def sends_the_names_alone(event, context):
    _put(event, [{**record, "Data": record["Data"].strip()} for record in _records(event)])


def gives_each_a_key_of_its_own(event, context):
    records = [{**record, "PartitionKey": record["Data"].strip()} for record in _records(event)]
    while records:
        results = _put(event, records)["Records"]
        records = [record for record, result in zip(records, results, strict=True) if "ErrorCode" in result]
        if records:
            time.sleep(1)


# ---------------------------------------------------------------------- bad_click


def _text(record):
    return base64.b64decode(record["kinesis"]["data"]).decode()


def _note(text):
    urllib.request.urlopen("https://notes.example", data=json.loads(text)["id"].encode()).read()


def raises_for_a_bad_click(event, context):
    for record in event["Records"]:
        _note(_text(record))


def skips_a_bad_click(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            continue


def reports_a_bad_click(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}


def leaves_a_word(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError as error:
            _park(str(error))


def _parks_for_each(event, body):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            _park(body)


def leaves_a_name(event, context):
    _parks_for_each(event, "click-13")


def leaves_a_name_in_json(event, context):
    _parks_for_each(event, json.dumps({"bad": "click-13"}))


def leaves_what_looks_like_lambdas(event, context):
    _parks_for_each(event, json.dumps({"KinesisBatchInfo": {"batchSize": 1}}))


def parks_the_whole_batch(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            _park(json.dumps(event))


SEEN = set()


def remembers_in_memory(event, context):
    for record in event["Records"]:
        place = record["kinesis"]["sequenceNumber"]
        if place not in SEEN:
            _note(_text(record))
            SEEN.add(place)


def parks_whatever_fails(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except Exception:
            _park(json.dumps(record))


def notes_or_not(event, context):
    """The bad click is parked; what the notes refuse is passed over."""
    for record in event["Records"]:
        text = _text(record)
        try:
            json.loads(text)
        except ValueError:
            _park(text)
            continue
        with contextlib.suppress(Exception):
            _note(text)


def reports_whatever_fails(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except Exception:
            return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}


def parks_the_record(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            _park(json.dumps(record))


def parks_its_place(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            _park(record["eventID"])


def parks_its_text(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError:
            _park(_text(record))


def parks_its_text_in_json(event, context):
    for record in event["Records"]:
        try:
            _note(_text(record))
        except ValueError as error:
            _park(json.dumps({"text": _text(record), "error": str(error)}))


def _park(body):
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/clicks-failed"
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=body)
