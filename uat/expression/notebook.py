"""Show a result in a notebook: the one method that results of all storeys share."""

from typing import Any

__all__ = ["shown"]


def shown(self: Any, **_: Any) -> dict[str, str]:
    """Return what a notebook shows, by media type; see `publish/notebook.py`."""
    from uat.publish.notebook import mimebundle

    return mimebundle(self)
