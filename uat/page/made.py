"""What a scene made: the numbers that the page draws, and the objects that its files hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uat.core.certificate import Certificate
    from uat.core.network import Network

__all__ = ["Made"]


@dataclass(frozen=True)
class Made:
    """The answer to a request, and what can be saved of it."""

    answer: dict[str, Any]
    code: str = ""
    """Python code that makes the same."""
    shown: Any = None
    """What `uat.plot` draws."""
    network: Network | None = None
    certificate: Certificate | None = None
