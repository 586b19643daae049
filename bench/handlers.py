"""The handler that the benchmark deploys: it does nothing, so what is measured is the engine."""


def work(event, context):
    return None
