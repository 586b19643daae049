"""Who makes the AWS call that is being answered."""

from motoclock.world import the_world


def who_calls() -> tuple[str, str | None]:
    """The name and ARN of the function whose handler runs, else "cell" and None."""
    arn = the_world().clock.on_behalf.arn
    return ("cell", None) if arn is None else (arn.split(":")[6], arn)
