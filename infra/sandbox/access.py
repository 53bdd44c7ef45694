"""Who may ask for what: server keys and user tokens, all invented."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from infra.sandbox.envelope import ApiError
from infra.sandbox.profiles import DEMO_PROFILES

Clock = Callable[[], datetime]
ACCOUNT_KEY = "00000000-0000-4000-8000-000000000001"
SERVER_KEYS = {profile.project_id: profile.server_key for profile in DEMO_PROFILES}
DISABLED_KEY = "00000000-0000-4000-8000-000000000000"
USER_MAIL, USER_PASSWORD = "ingesta@example.org", "not-a-real-one"
ACCOUNT_ID = 501
TOKEN_LIFE = timedelta(hours=1)
INVALID_TOKEN = "access token is not valid"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a credential sees; `project_ids` None means every project of the account."""

    project_ids: frozenset[int] | None = None

    def allows(self, project_id: int) -> bool:
        """Whether the credential reaches a project."""
        return self.project_ids is None or project_id in self.project_ids


@dataclass(slots=True)
class AccessBook:
    """The keys that work, and the tokens handed out so far with the end of their hour."""

    keys: dict[str, Grant]
    tokens: dict[str, datetime] = field(default_factory=dict)

    def grant_of(self, authorization: str, now: datetime) -> Grant:
        """The grant behind an Authorization header. Raises ApiError 401 for everything else."""
        scheme, _, secret = authorization.partition(" ")
        if scheme == "ServerKey" and secret in self.keys:
            return self.keys[secret]
        if scheme == "Bearer" and self.tokens.get(secret, now) > now:
            return Grant()
        raise ApiError(401, INVALID_TOKEN)

    def log_in(self, mail: object, password: object, now: datetime) -> str:
        """A new access token for the one user. Raises ApiError 401."""
        if (mail, password) != (USER_MAIL, USER_PASSWORD):
            raise ApiError(401, "wrong mail or password")
        seen = f"{len(self.tokens)}:{now.isoformat()}"
        token = f"demo-{sha256(seen.encode()).hexdigest()[:32]}"
        self.tokens[token] = now + TOKEN_LIFE
        return token


def demo_access() -> AccessBook:
    """One key per demo project and one for the whole account; the disabled key is simply absent."""
    keys = {key: Grant(frozenset({project_id})) for project_id, key in SERVER_KEYS.items()}
    return AccessBook({**keys, ACCOUNT_KEY: Grant()})
