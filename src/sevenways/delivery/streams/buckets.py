"""Failure records as objects in S3."""

from moto.s3.models import s3_backends

from sevenways.delivery.parcels import Parcel, Undeliverable
from sevenways.world import ACCOUNT, World


def to_bucket(_world: World, target_arn: str, parcel: Parcel) -> str:
    """Put the parcel's text under the key in its options. Returns the object's key."""
    name = target_arn.rsplit(":", 1)[-1].split("/")[0]
    backend = s3_backends[ACCOUNT]["aws"]
    if name not in backend.buckets:
        raise Undeliverable(f"The bucket {name} does not exist.", "NO_RESOURCE")
    key = parcel.options["key"]
    backend.put_object(name, key, parcel.body.encode())
    return key
