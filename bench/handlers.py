"""The handlers that the benchmark deploys: they do nothing, so what is measured is the engine."""


def work(event, context):
    return None


def fails_on_poison(event, context):
    for record in event["Records"]:
        if record["dynamodb"]["Keys"]["id"]["S"] == "poison":
            raise ValueError("poison")
