"""What a long count reports, and where it stops before memory does."""

from dataclasses import dataclass

from uat.core.arguments import Progress
from uat.errors import InputError

__all__ = ["Watch"]


@dataclass(frozen=True, slots=True)
class Watch:
    """The most regions that are allowed, and who is told how far the count is.

    Examples
    --------
    >>> Watch(10).check(11)
    Traceback (most recent call last):
    uat.errors.InputError: more than limit=10 regions; give a larger limit or a smaller box
    """

    limit: int
    progress: Progress | None = None

    def check(self, regions: int) -> None:
        """Refuse more regions than the limit."""
        if regions > self.limit:
            raise InputError(
                f"more than limit={self.limit} regions; give a larger limit or a smaller box"
            )

    def tell(self, done: int, total: int, regions: int) -> None:
        """Report the units done of all units."""
        if self.progress is not None:
            self.progress(done, total, f"{regions} regions")
