"""Which hosts are AWS: the partitions that botocore knows, what has names of its own, and where a machine finds its credentials."""

import ipaddress
import socket
from functools import cache, lru_cache

import botocore.loaders

# beside the endpoints of services: function URLs, sign-in and console, access portals
_MORE_SUFFIXES = (
    "on.aws",
    "api.aws",
    "awsapps.com",
    "awsapps.cn",
    "amazonaws.cn",
    "signin.aws",
    "signin.aws.amazon.com",
    "console.aws.amazon.com",
)
# EC2's instance metadata, ECS's and EKS's credentials, the time service beside them
_METADATA = tuple(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23")
)


@lru_cache(maxsize=1024)
def is_aws(host: str) -> bool:
    """Whether a host is an AWS endpoint, or the address where an instance finds its credentials, in whatever form it is written."""
    host = host.strip("[]").lower().rstrip(".")
    return f".{host}".endswith(_suffixes()) or _address(host) in _METADATA


@cache
def _suffixes() -> tuple[str, ...]:
    partitions = botocore.loaders.Loader().load_data("partitions")["partitions"]
    outputs = [partition["outputs"] for partition in partitions]
    found = {output[key] for output in outputs for key in ("dnsSuffix", "dualStackDnsSuffix") if key in output}
    return tuple(sorted(f".{suffix}" for suffix in found.union(_MORE_SUFFIXES)))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a socket would connect to: 2852039166 and 0xa9fea9fe are ways to write one, too."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        pass
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return None
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address
