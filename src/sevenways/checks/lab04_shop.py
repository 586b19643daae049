"""The function that lab 04 deploys. A file of its own, since the file is what is deployed."""


def note(event, context):
    """Charging and writing letters look the same from here: a line for each order."""
    print(event["detail"]["id"])
