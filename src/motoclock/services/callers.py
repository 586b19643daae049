"""Who makes the AWS call that is being answered."""

from motoclock.arn import Arn
from motoclock.world import the_world


def who_calls() -> tuple[str, str | None]:
    """The name and ARN of the function whose handler runs, else "cell" and None."""
    arn = getattr(the_world().clock.current_task(), "function_arn", None)
    return ("cell", None) if arn is None else (Arn.of(arn).path[1], arn)
