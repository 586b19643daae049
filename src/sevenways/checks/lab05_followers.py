"""The functions that lab 05 deploys: plain Lambda handlers. A file of their own, since the file is what is deployed."""

import urllib.request


def mail(event, context):
    """A letter for each record."""
    for record in event["Records"]:
        print("mailed", record["dynamodb"]["Keys"]["id"]["S"])


def index(event, context):
    """Each order goes to the search service; one without a title can't."""
    for record in event["Records"]:
        item = record["dynamodb"]["NewImage"]
        order = item["id"]["S"]
        if "title" not in item:
            raise ValueError(f"{order} has no title")
        urllib.request.urlopen("https://search.example/index", data=order.encode()).read()


def refuse_untitled(event, context):
    """The whole batch fails when one order of it has no title."""
    for record in event["Records"]:
        item = record["dynamodb"]["NewImage"]
        if "title" not in item:
            raise ValueError(f"{item['id']['S']} has no title")
