"""What we refuse to accept as a secret: short, repeated, or known to everybody."""

import re

MIN_CHARS = 32
MIN_DISTINCT_CHARS = 8
WELL_KNOWN = re.compile(
    r"change.?(me|this|it)|c[aá]mbia|replace|secret|passw|contrase|clave|default|example|ejemplo"
    r"|insecure|qwerty|abcdefgh|12345678|your.?(key|256)|test.?key",
    re.IGNORECASE,
)


def weakness(value: str) -> str | None:
    """Why the value cannot be a secret, in Spanish and without repeating it; None when it can."""
    if len(value) < MIN_CHARS:
        return f"tiene {len(value)} caracteres y se esperan al menos {MIN_CHARS}"
    if any(character.isspace() for character in value):
        return "contiene espacios o saltos de línea"
    if len(set(value)) < MIN_DISTINCT_CHARS or _is_repetition(value):
        return "repite los mismos caracteres; genere uno con: openssl rand -hex 32"
    if WELL_KNOWN.search(value):
        return "es un valor de ejemplo o conocido; genere uno con: openssl rand -hex 32"
    return None


def _is_repetition(value: str) -> bool:
    """True when a unit of at most half the length, written over and over, gives the value."""
    return any(
        (value[:size] * (len(value) // size + 1)).startswith(value)
        for size in range(1, len(value) // 2 + 1)
    )
