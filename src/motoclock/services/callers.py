"""Who makes the AWS call that is being answered."""

from motoclock.world import the_world


def who_calls() -> str | None:
    """The ARN of the function whose handler runs; None for a cell."""
    return the_world().clock.on_behalf.arn
