"""An answer that opens, closes or uses a Cloud of its own: what it does there is not in the world that is judged.

One that it opens and leaves again, in a `with`, is no matter.
"""

from motoclock.world import NoCloudOpen, World, current_world
from sevenways.cloud import CloudClosed

_WITHOUT_ONE = "the check has its own, and boto3 calls reach it without one"


def about_clouds(name: str, before: World | None, error: BaseException | None = None) -> str | None:
    """The sentence about the function `name`, called in the world `before`, which raised `error` or none. None: all is well."""
    now = current_world()
    lost = is_about_clouds(error)
    if before is None:  # a task that asks for a value has no Cloud
        return f"{name} needed a Cloud, and the check asks for no more than what it returns" if lost else None
    if now is None:
        return f"{name} closed the check's Cloud, and nothing could be seen in it any more"
    if now is not before:
        return f"{name} opened another Cloud; {_WITHOUT_ONE}"
    return not_open_here(name) if lost else None


def is_about_clouds(error: BaseException | None) -> bool:
    return isinstance(error, CloudClosed | NoCloudOpen)


def not_open_here(name: str) -> str:
    return f"{name} used a Cloud that is not open here; {_WITHOUT_ONE}"
