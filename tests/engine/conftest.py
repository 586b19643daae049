"""The engine's tests open the engine's own Cloud: what they see, they see without a picture."""

from motoclock.pytest_plugin import cloud

__all__ = ["cloud"]
