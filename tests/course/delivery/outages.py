"""A service that fails, as in an outage."""

from motoclock.delivery.parcels import Undeliverable, register_sender, senders


def break_service(cloud, service: str, times: int = 10**9) -> list[float]:
    """Make a service fail, as an outage does, so many times. Returns the list that the attempts are noted in."""
    works, attempts = senders(cloud._world)[service], []

    def sender(world, arn, parcel):
        if arn.endswith("dlq"):
            return works(world, arn, parcel)
        attempts.append(round(world.clock.now, 3))
        if len(attempts) <= times:
            raise Undeliverable("the service is down", "500", retryable=True)
        return works(world, arn, parcel)

    register_sender(cloud._world, service, sender)
    return attempts
