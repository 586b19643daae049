"""A deployment package of one module."""

import io
import zipfile


def package(source: str = "def handler(event, context): return 1") -> bytes:
    """A zip with `app.py` in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.py", source)
    return packed.getvalue()
