"""What is refused before anything reads the statement as SQL: its length, characters and depth."""

import re
import unicodedata

from lib.guard.verdicts import Reason, RefusalError

__all__ = ["MAX_BYTES", "MAX_PARENTHESES", "check_text"]

MAX_BYTES = 20 * 1024
MAX_PARENTHESES = 60
LINE_CHARACTERS = "\n\r\t"
# controls, formats (zero width, direction, BOM), surrogates, private use, not assigned, odd blanks
BAD_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
UNICODE_ESCAPE = re.compile(r"u\s*&\s*['\"]", re.IGNORECASE)


def check_text(sql: str) -> None:
    """Raise RefusalError unless the text may be given to the parser."""
    if not sql.strip():
        raise RefusalError(Reason.empty, "La consulta está vacía.")
    # the length in characters first: encoding a gigantic text is work too
    if len(sql) > MAX_BYTES or len(sql.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RefusalError(
            Reason.too_long, f"La consulta pasa de {MAX_BYTES // 1024} KB; acórtela."
        )
    for character in set(sql):
        if character in LINE_CHARACTERS or character == " ":
            continue
        if unicodedata.category(character) in BAD_CATEGORIES:
            raise RefusalError(
                Reason.bad_character,
                f"La consulta tiene un carácter no permitido (U+{ord(character):04X});"
                " escríbala de nuevo con espacios y letras corrientes.",
            )
    if UNICODE_ESCAPE.search(sql):
        raise RefusalError(
            Reason.unicode_escape, "Los textos U&'…' no se aceptan; escriba las letras tal cual."
        )
    _check_depth(sql)


def _check_depth(sql: str) -> None:
    depth = deepest = 0
    for character in sql:
        if character in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]":
            depth -= 1
    if deepest > MAX_PARENTHESES:
        raise RefusalError(
            Reason.too_deep,
            f"La consulta anida más de {MAX_PARENTHESES} paréntesis; divídala en partes WITH.",
        )
