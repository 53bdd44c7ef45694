"""What can be wrong with what the issuer script was asked."""

__all__ = ["IssuerFolderError"]


class IssuerFolderError(Exception):
    """It cannot be done; says what was expected, what came and what to do."""
