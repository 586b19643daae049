"""Handlers of the wrong answers to lab 03. A file of their own, since the file is what is deployed."""

import json
import urllib.request


def _add(user):
    urllib.request.urlopen("https://readers.example/", data=user["email"].encode()).read()


def does_nothing(event, context):
    pass


def assumes_raw(event, context):
    for record in event["Records"]:
        _add(json.loads(record["body"]))


def assumes_an_envelope(event, context):
    for record in event["Records"]:
        _add(json.loads(json.loads(record["body"])["Message"]))


def assumes_a_topic(event, context):
    for record in event["Records"]:
        _add(json.loads(record["Sns"]["Message"]))


def swallows(event, context):
    for record in event["Records"]:
        try:
            _add(json.loads(record["body"]))
        except KeyError:
            print("no e-mail address")


def posts_json(event, context):
    for record in event["Records"]:
        user = json.loads(record["body"])
        user = json.loads(user["Message"]) if "TopicArn" in user else user
        _add({"email": json.dumps(user["email"])})


def takes_a_note_for_an_envelope(event, context):
    for record in event["Records"]:
        body = json.loads(record["body"])
        _add(json.loads(body["Message"]) if "Message" in body else body)


def skips_notes(event, context):
    for record in event["Records"]:
        body = json.loads(record["body"])
        try:
            _add(json.loads(body["Message"]) if "Message" in body else body)
        except (ValueError, TypeError):
            continue


def _user_of(body):
    return json.loads(body["Message"]) if "TopicArn" in body else body


def makes_addresses_up(event, context):
    for record in event["Records"]:
        _add({"email": _user_of(json.loads(record["body"]))["user"] + "@mail.example"})


def tidies_addresses(event, context):
    for record in event["Records"]:
        _add({"email": _user_of(json.loads(record["body"]))["email"].strip().lower()})


def tries_to_open_it(event, context):
    for record in event["Records"]:
        user = json.loads(record["body"])
        try:
            user = json.loads(user["Message"])
        except Exception as error:
            print("no envelope", error)
        _add(user)


def opens_what_holds_an_address(event, context):
    for record in event["Records"]:
        user = json.loads(record["body"])
        try:
            inside = json.loads(user["Message"])
        except (KeyError, ValueError):
            inside = None
        _add(inside if isinstance(inside, dict) else user)


def counts_fields(event, context):
    for record in event["Records"]:
        user = json.loads(record["body"])
        _add(json.loads(user.get("Message", "{}")) if len(user) > 4 else user)
