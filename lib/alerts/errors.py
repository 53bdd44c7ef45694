"""What can go wrong with telling somebody."""

__all__ = ["DeliveryError"]


class DeliveryError(Exception):
    """A channel could not deliver; says what was expected and came, never address or secret."""

    def __init__(self, channel: str, what: str) -> None:
        self.channel = channel
        super().__init__(f"{channel}: {what}; it is tried again in the next round")
