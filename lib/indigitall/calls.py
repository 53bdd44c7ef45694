"""What is known about every request that was made, for the request log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["ApiCall", "CallObserver"]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request as the request log keeps it; `status` is None when no whole answer came.

    `parameters` hold no secret: a credential travels in a header.
    """

    endpoint: str
    parameters: Mapping[str, str]
    status: int | None
    row_count: int | None
    byte_count: int
    seconds: float
    error: str | None


CallObserver = Callable[[ApiCall], None]
