"""One reader a service: a function that adds what it finds in moto to a `Reading`. Observed traffic comes last."""

from collections.abc import Callable

from motoclock.account.reading import Reading

Reader = Callable[[Reading], None]
