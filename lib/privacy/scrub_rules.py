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
# a day with its separators is one whatever follows, the hour for example
WRITTEN_DAY = re.compile(
    r"(?:(?:19|20)\d\d[.-](?:0?[1-9]|1[0-2])[.-](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[.-](?:0?[1-9]|1[0-2])[.-](?:19|20)\d\d)(?!\d)"
)
ROUND_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})*\.000")
# what people say they are that is no name
NO_NAMES = frozenset(
    {
        *("asociado", "asociada", "cliente", "colombiano", "colombiana", "pensionado"),
        *("pensionada", "empleado", "empleada", "usuario", "usuaria", "titular", "nuevo"),
        *("nueva", "yo", "el", "la", "los", "las", "un", "una", "mi", "su", "de", "del", "muy"),
        *("beneficiario", "beneficiaria", "codeudor", "codeudora", "independiente", "mayor"),
        *("menor", "quien", "alguien", "nadie", "otra", "otro", "otros", "cada", "este", "esta"),
        *("ese", "esa", "persona", "terceros", "tercero", "propio", "cualquier", "para", "por"),
        *("porque", "desde", "sobre", "ayer", "hoy", "cuando", "pero", "asesor", "asesora"),
        *("señor", "señora", "que", "no", "en", "con", "mis", "sus", "empresa", "usted"),
        *("docente", "madre", "padre", "hija", "hijo", "esposa", "esposo", "ex", "español"),
    }
)
# where a name in small letters ends
NAME_ENDS = (
    "necesito|quiero|quisiera|tengo|para|con|por|una|soy|estoy|vivo|deseo|que|favor|buenas|buenos"
    "|gracias|c[eé]dula|documento|como|desde|identificad[oa]|hola|puedo|pueden|mi|del?"
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
    """Eight digits by themselves may be a day, 20260217."""
    return not DAY.fullmatch(piece)


def _is_no_written_day(piece: str) -> bool:
    """After a word that announces a number only 2026-02-17 or 17-02-2026 is a day.

    Some cédulas have the digits of one.
    """
    return not WRITTEN_DAY.match(piece)


def _is_no_amount(piece: str) -> bool:
    """Neither a day nor a round figure with dots, which stand after `cuenta` and `crédito` too."""
    return _is_no_written_day(piece) and not ROUND_AMOUNT.fullmatch(piece)


def _is_document(piece: str) -> bool:
    """Dotted groups without a word before them: round figures are amounts, not documents."""
    return not piece.endswith("000")


def _is_phone(piece: str) -> bool:
    return 7 <= len(_digits(piece)) <= 15 and _is_no_amount(piece)


def _is_name(piece: str) -> bool:
    return piece.split(maxsplit=1)[0].casefold() not in NO_NAMES


def _rule(kind: Kind, pattern: str, holds: Callable[[str], bool] = bool) -> Rule:
    return Rule(kind, re.compile(pattern, re.IGNORECASE), holds)


# between a word and its number: up to three more words, "No.", "#", ":"
_TO = (
    r"(?:[ \t]++[a-záéíóúñ]{1,12}\.?+){0,3}?[ \t]*+"
    r"(?:n[°º]\.?|n[uú]mero|nro\.?|no\.|\#)?[ \t]*+[:=\#\-]?[ \t]*+"
)
_RUN = r"\d(?:[ .\-]?\d)"
_CARD_SEPARATOR = r"[ .\-/_]{0,2}"
# what says that a figure counts something or is an amount
_COUNTED = r"(?![ ]?(?:pesos|cop|usd|millones|%))"
_NO_DECIMALS = r"(?![.,]\d{1,2}(?!\d|\.\d))"
_AND = r"[ ]?(?:,|/|\b[yeo]\b)[ ]?"
_NAME = r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñüA-ZÁÉÍÓÚÑÜ'’-]++"
_NAMES = rf"{_NAME}(?:[ ]{{1,3}}(?:(?i:de|del|la|los|las|y) ){{0,2}}{_NAME}){{0,4}}"
_LOWER = r"[a-záéíóúñü]{3,20}"
_LOWER_NAMES = rf"{_LOWER}(?:[ ]{{1,3}}(?!(?:{NAME_ENDS})\b){_LOWER}){{0,3}}"
# the word that makes a person of what follows, whatever letters that is written in
_CALLED = (
    r"(?i:(?:me|se) llam[oa]|mi nombre(?: completo)? es|nombres?(?: y apellidos?| completo)?:|"
    r"a nombre de)"
)

RULES = (
    _rule(Kind.LINK, r"(?P<it>\b(?:https?://|www\.)[^\s/?\#]++[/?\#][^\s]++)"),
    _rule(Kind.MAIL, r"(?<![\w.+%-])(?P<it>[\w.+%-]++[ ]?@[ ]?[\w-]++(?:\.[\w-]++)++)"),
    _rule(
        Kind.MAIL,
        r"(?<![\w.+%-])(?P<it>[\w.+%-]++ ?(?:[(\[](?:arroba|at)[)\]]|\barroba\b) ?"
        r"[\w-]++(?: ?(?:\.|\bpunto\b) ?[\w-]++){1,3})",
    ),
    _rule(Kind.KEY, r"(?<![\w-])(?P<it>eyJ[\w-]{4,}+\.[\w-]++(?:\.[\w-]*+)?)"),
    _rule(
        Kind.KEY,
        r"\b(?:clave|contraseña|pin|otp|token|cvv|cvc|"
        r"c[oó]digo de (?:verificaci[oó]n|seguridad))\b"
        r"(?: de (?:mi |la |el )?\w{1,15})?(?: (?:es|din[aá]mica|de acceso|temporal))?"
        r"[ \t]*+[:=]?[ \t]*+(?P<it>(?=[^\s,;\0]{0,39}\d)[^\s,;\0]{3,40})",
    ),
    _rule(Kind.KEY, r"\b(?:mi|su|tu|el) c[oó]digo es:?[ ](?P<it>\d{4,8})(?!\d)"),
    _rule(
        Kind.CARD,
        r"(?<!\d)(?P<it>\d{13,19}|(?:\d{4}" + _CARD_SEPARATOR + r"){3}\d{4}|"
        rf"\d{{4}}{_CARD_SEPARATOR}\d{{6}}{_CARD_SEPARATOR}\d{{5}})(?!\d)",
        _is_card,
    ),
    # in other groups only by itself: of several phones in a row some part passes the check
    _rule(
        Kind.CARD,
        rf"(?<![\d.])(?<!\d[ \-])(?P<it>{_RUN}{{12,18}})(?![ .\-]?\d)",
        _is_card,
    ),
    _rule(Kind.CARD, rf"\btarjetas?\b{_TO}(?P<it>{_RUN}{{11,18}})(?!\d)"),
    _rule(
        Kind.OBLIGATION,
        r"\b(?:obligaci[oó]n(?:es)?|cr[eé]ditos?|pr[eé]stamos?|pagar[eé]s?|libranzas?|cartera)\b"
        rf"{_TO}"
        # a round figure that somebody asks for is an amount
        r"(?:(?<!por )(?<!hasta )(?<!de )|(?!\d[\d.]{0,20}000(?!\d)))"
        r"(?P<it>(?:[a-z]{1,4}-?)?\d(?:[.\-]?+\d){4,19}+"
        r"(?!\d|[ \t]*+(?:pesos|millones|mil(?! gracias)|cop(?![ ]?\d)|%)))",
        _is_no_amount,
    ),
    _rule(
        Kind.ACCOUNT,
        r"\b(?:cuentas?|ctas?\.?|ahorros|corriente|bancolombia|davivienda|nequi|daviplata|iban|"
        rf"bre-b)(?!\w){_TO}(?P<it>(?:[a-z]{{2}}\d{{2}} ?)?{_RUN}{{5,21}})(?!\d){_COUNTED}",
        _is_no_amount,
    ),
    _rule(
        Kind.TAX_NUMBER,
        rf"\b(?:n\.?i\.?t|rut)\b\.?{_TO}(?P<it>\d(?:[ .]?\d){{7,9}}(?:[ ]?-[ ]?\d)?)(?!\d)",
    ),
    _rule(Kind.TAX_NUMBER, r"(?<![\w.])(?P<it>[89]\d\d[. ]?\d{3}[. ]?\d{3}-\d)(?!\w)"),
    _rule(
        Kind.DOCUMENT,
        r"(?<![\w.])(?:c\.?[ ]?c\.?|c[eé]dulas?|documentos?|identificaci[oó]n|identidad|t\.?i\.?|"
        r"c\.?e\.?|nuip|pasaporte|ppt|registro civil)(?![^\W\d])"
        rf"{_TO}(?P<it>(?:[a-z]{{1,2}})?\d(?:[ .,'’\-]?\d){{4,11}})(?!\d)",
        _is_no_written_day,
    ),
    _rule(
        Kind.PHONE,
        r"(?<![\d.])(?P<it>(?:\+|00(?=[1-9]))[ ]?\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?"
        r"\d(?:[ .\-]{0,2}\d){5,13})(?!\d)",
        _is_phone,
    ),
    _rule(
        Kind.PHONE,
        r"(?<![\d$])(?<!\$ )(?P<it>\(?(?:57[ .\-]{0,2})?\(?(?:3(?:[ .\-]?\d){2}|60[1-8])\)?"
        rf"(?:[ .\-/*_]{{0,3}}\d){{7}})(?!\d){_COUNTED}",
    ),
    _rule(
        Kind.PHONE,
        r"\b(?:tel(?:[eé]fono)?s?|cel(?:ular)?(?:es)?|m[oó]vil|fijo|whatsapp|wsp|wa|l[ií]nea|"
        rf"ll[aá]m\w{{1,6}}|contacto)\b\.?{_TO}(?P<it>\(?\d\)?(?:[ .\-]?\d){{6,12}})(?!\d)",
        _is_phone,
    ),
    _rule(
        Kind.ADDRESS,
        r"\b(?P<it>(?:calle|cll?|carrera|cra|kra|kr|diagonal|dg|transversal|tv|avenida|av)\.?"
        r"[ ]{0,2}\d{1,3}[ ]?[a-z]?(?:[ ]?bis)?(?:[ ](?:sur|norte|este|oeste))?[ ]{0,2}"
        r"(?:\#|n[°º]\.?|no\.?|con)[ ]{0,2}\d{1,3}[ ]?[a-z]?"
        r"(?:(?:[ ]{0,2}-[ ]{0,2}|[ ])\d{1,3})?)(?!\d)",
    ),
    _rule(
        Kind.DOCUMENT,
        r"(?<![\w$])(?<!\$ )(?<!\d[.,])(?P<it>\d{1,2}\.\d{3}\.\d{3}(?:\.\d{3})?)"
        rf"(?!\w|\.\d){_NO_DECIMALS}{_COUNTED}",
        _is_document,
    ),
    Rule(
        Kind.NAME,
        re.compile(
            rf"\b(?:{_CALLED}|[Tt]itular(?: es)?:?|TITULAR:?|"
            r"(?i:señor(?:a|ita)?|sr(?:a|ita)?\.?|dra?\.|doctora?)|[Dd]on|[Dd]oña|[Ss]oy|SOY|"
            r"[Hh]abla(?: con)?|[Ll]e saluda|[Aa]tentamente,?)[:,]?[ \t]++"
            rf"(?:(?:el|la|don|doña|señora?|sr\.|sra\.) )?(?P<it>{_NAMES})"
        ),
        _is_name,
    ),
    Rule(
        Kind.NAME,
        re.compile(
            r"\b(?i:me llamo|mi nombre(?: completo)? es|nombres?(?: y apellidos?| completo)?:|"
            r"a nombre de)[:,]?[ \t]++"
            rf"(?P<it>{_LOWER_NAMES})"
        ),
        _is_name,
    ),
    _rule(
        Kind.NUMBER,
        rf"(?<![\w$])(?<!\$ )(?<!\b\d[.,])(?:[a-z]{{1,12}})?(?P<it>\d{{8,}}+)"
        rf"(?!_|[a-z]{{1,8}}[\d_]){_NO_DECIMALS}{_COUNTED}",
        _is_no_day,
    ),
    # the others of a list: "obligaciones 4567890, 4567891 y 4567892"
    _rule(
        Kind.NUMBER,
        rf"\0{_AND}(?P<it>\d{{6,}}+(?:{_AND}\d{{6,}}+)*+)(?!\w){_NO_DECIMALS}{_COUNTED}",
        _is_no_day,
    ),
)
# hidden where an obligation is named: how much somebody owes on which loan is personal
AMOUNT = re.compile(
    r"(?P<it>(?:\$|\b(?:cop|usd)\b)[ ]?\d[\d.,'’]*+(?:[ ](?:mil|millones|m)\b)?|"
    r"\b\d{1,3}(?:['’.]\d{3})++(?:,\d\d)?|"
    r"\b\d[\d.,]*+[ ]?(?:pesos|cop|usd|millones|mil)\b|(?<![\w.,:/-])\d{5,7}(?![\w:/-]))",
    re.IGNORECASE,
)
