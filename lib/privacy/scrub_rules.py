"""How each kind of personal data looks in Colombian messages: words that announce it, and shapes.

Every repetition is bounded or possessive, so a text is read once whatever it holds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["AMOUNT", "RULES", "Kind", "Rule"]


class Kind(StrEnum):
    """What a piece of text was, as its placeholder says it."""

    MAIL = "correo"
    LINK = "enlace"
    CARD = "tarjeta"
    OBLIGATION = "obligación"
    ACCOUNT = "cuenta"
    KEY = "clave"
    TAX_NUMBER = "NIT"
    DOCUMENT = "cédula"
    PHONE = "teléfono"
    ADDRESS = "dirección"
    NAME = "nombre"
    NUMBER = "número"
    AMOUNT = "monto"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a kind stands: group `it` of the pattern is hidden, the words that announce it stay.

    `holds` says of what the pattern found whether it is one.
    """

    kind: Kind
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = bool


DAY = re.compile(r"(?:19|20)\d\d[ .-]?(?:0[1-9]|1[0-2])[ .-]?(?:0[1-9]|[12]\d|3[01])")
# what people say they are that is no name
NO_NAMES = frozenset(
    {
        *("asociado", "asociada", "cliente", "colombiano", "colombiana", "pensionado"),
        *("pensionada", "empleado", "empleada", "usuario", "usuaria", "titular", "nuevo"),
        *("nueva", "yo", "el", "la", "un", "una"),
    }
)


def _digits(piece: str) -> str:
    return re.sub(r"\D", "", piece)


def _is_card(piece: str) -> bool:
    """13 to 19 digits that pass the check every card number passes (ISO/IEC 7812-1, Luhn)."""
    digits = _digits(piece)
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_no_day(piece: str) -> bool:
    """Eight digits may be a day, written 20260217 or 2026-02-17; longer runs are never one."""
    return not DAY.fullmatch(piece)


def _is_document(piece: str) -> bool:
    """Dotted groups without a word before them: round figures are amounts, not documents."""
    return not piece.endswith("000")


def _is_phone(piece: str) -> bool:
    return 7 <= len(_digits(piece)) <= 15


def _is_name(piece: str) -> bool:
    return piece.split(" ", maxsplit=1)[0].casefold() not in NO_NAMES


def _rule(kind: Kind, pattern: str, holds: Callable[[str], bool] = bool) -> Rule:
    return Rule(kind, re.compile(pattern, re.IGNORECASE), holds)


# between a word and its number: up to three more words, "No.", "#", ":"
_TO = (
    r"(?:[ \t]++[a-záéíóúñ]{1,12}\.?+){0,3}?[ \t]*+"
    r"(?:n[°º]\.?|n[uú]mero|nro\.?|no\.|\#)?[ \t]*+[:=\#]?[ \t]*+"
)
_RUN = r"\d(?:[ .\-]?\d)"
_NAME = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñüA-ZÁÉÍÓÚÑÜ'’-]++"
_NAMES = rf"{_NAME}(?: (?:(?:de|del|la|los|y) ){{0,2}}{_NAME}){{0,4}}"
_LOWER = r"[a-záéíóúñü]{3,20}"

RULES = (
    _rule(Kind.LINK, r"(?P<it>\b(?:https?://|www\.)[^\s/?\#]++[/?\#][^\s]++)"),
    _rule(Kind.MAIL, r"(?<![\w.+%-])(?P<it>[\w.+%-]++@[\w-]++(?:\.[\w-]++)++)"),
    _rule(
        Kind.MAIL,
        r"(?<![\w.+%-])(?P<it>[\w.+%-]++ ?(?:\(arroba\)|\[arroba\]|\barroba\b) ?"
        r"[\w-]++(?: ?(?:\.|\bpunto\b) ?[\w-]++){1,3})",
    ),
    _rule(
        Kind.KEY,
        r"\b(?:clave|contraseña|pin|otp|token|cvv|cvc|"
        r"c[oó]digo de (?:verificaci[oó]n|seguridad))\b"
        r"(?: (?:es|din[aá]mica|de acceso|temporal))?[ \t]*+[:=]?[ \t]*+"
        r"(?P<it>(?=\S{0,39}\d)[^\s,;]{3,40})",
    ),
    _rule(Kind.CARD, rf"(?<![\d.])(?P<it>{_RUN}{{12,18}})(?!\d)", _is_card),
    _rule(Kind.CARD, rf"\btarjeta\b{_TO}(?P<it>{_RUN}{{11,18}})(?!\d)"),
    _rule(
        Kind.OBLIGATION,
        r"\b(?:obligaci[oó]n|cr[eé]dito|pr[eé]stamo|pagar[eé]|libranza|cartera)\b"
        rf"{_TO}(?P<it>(?:[a-z]{{1,4}}-?)?\d(?:[.\-]?+\d){{4,19}}+"
        r"(?!\d|[ \t]*+(?:pesos|millones|mil|cop|%)))",
        _is_no_day,
    ),
    _rule(
        Kind.ACCOUNT,
        r"\b(?:cuenta|cta\.?|ahorros|corriente|bancolombia|davivienda|nequi|daviplata|iban|bre-b)"
        rf"(?!\w){_TO}(?P<it>(?:[a-z]{{2}}\d{{2}} ?)?{_RUN}{{5,21}})(?!\d)",
    ),
    _rule(
        Kind.TAX_NUMBER,
        rf"\b(?:nit|rut)\b{_TO}(?P<it>\d(?:[ .]?\d){{7,9}}(?:[ ]?-[ ]?\d)?)(?!\d)",
    ),
    _rule(Kind.TAX_NUMBER, r"(?<![\w.])(?P<it>[89]\d\d[. ]?\d{3}[. ]?\d{3}-\d)(?!\w)"),
    _rule(
        Kind.DOCUMENT,
        r"(?<![\w.])(?:c\.?[ ]?c\.?|c[eé]dula|documento|identificaci[oó]n|identidad|t\.?i\.?|"
        r"c\.?e\.?|nuip|pasaporte|ppt|registro civil)(?!\w)"
        rf"{_TO}(?P<it>(?:[a-z]{{1,2}})?\d(?:[ .\-]?\d){{4,11}})(?!\d)",
        _is_no_day,
    ),
    _rule(
        Kind.PHONE,
        r"(?<![\d.])(?P<it>(?:\+|00(?=[1-9]))[ ]?\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?"
        r"\d(?:[ .\-]{0,2}\d){5,13})(?!\d)",
        _is_phone,
    ),
    _rule(
        Kind.PHONE,
        r"(?<![\d.,$])(?P<it>\(?(?:57[ .\-]{0,2})?\(?(?:3(?:[ .\-]?\d){2}|60[1-8])\)?"
        r"(?:[ .\-–/]{0,3}\d){7})(?!\d)",
    ),
    _rule(
        Kind.PHONE,
        r"\b(?:tel(?:[eé]fono)?s?|cel(?:ular)?(?:es)?|m[oó]vil|fijo|whatsapp|wsp|wa|l[ií]nea|"
        rf"ll[aá]m\w{{1,6}}|contacto)\b\.?{_TO}(?P<it>\(?\d\)?(?:[ .\-]?\d){{6,12}})(?!\d)",
    ),
    _rule(
        Kind.ADDRESS,
        r"\b(?P<it>(?:calle|cll?|carrera|cra|kra|kr|diagonal|dg|transversal|tv|avenida|av)\.?"
        r"[ ]{0,2}\d{1,3}[ ]?[a-z]?(?:[ ]?bis)?(?:[ ](?:sur|norte|este|oeste))?[ ]{0,2}"
        r"(?:\#|n[°º]\.?|no\.?|con)[ ]{0,2}\d{1,3}[ ]?[a-z]?"
        r"(?:[ ]{0,2}[-–][ ]{0,2}\d{1,3})?)(?!\d)",
    ),
    _rule(
        Kind.DOCUMENT,
        r"(?<![\w.,$])(?P<it>\d{1,2}\.\d{3}\.\d{3}(?:\.\d{3})?)"
        r"(?!\w|[.,]\d|[ ]?(?:pesos|cop|%))",
        _is_document,
    ),
    Rule(
        Kind.NAME,
        re.compile(
            r"\b(?:[Mm]e llamo|[Mm]i nombre(?: completo)? es|[Aa] nombre de|[Tt]itular(?: es)?:?|"
            r"[Ss]eñor(?:a|ita)?|[Ss]r(?:a|ita)?\.?|[Dd]on|[Dd]oña|[Ss]oy|[Hh]abla(?: con)?|"
            r"[Ll]e saluda|[Aa]tentamente,?)[ \t]++"
            rf"(?:(?:el|la|don|doña|señora?|sr\.|sra\.) )?(?P<it>{_NAMES})"
        ),
        _is_name,
    ),
    Rule(
        Kind.NAME,
        re.compile(
            r"\b(?:[Mm]e llamo|[Mm]i nombre(?: completo)? es)[ \t]++"
            rf"(?P<it>{_LOWER}(?: {_LOWER})?)"
        ),
        _is_name,
    ),
    _rule(Kind.NUMBER, r"(?<![\w.,$])(?P<it>\d{8,})(?!\w|[.,]\d)", _is_no_day),
)
# hidden where an obligation is named: how much somebody owes on which loan is personal
AMOUNT = re.compile(
    r"(?P<it>\$[ ]?\d[\d.,]*+(?:[ ](?:mil|millones|m)\b)?|\b\d{1,3}(?:\.\d{3})++(?:,\d\d)?|"
    r"\b\d[\d.,]*+[ ]?(?:pesos|cop|millones|mil)\b)",
    re.IGNORECASE,
)
