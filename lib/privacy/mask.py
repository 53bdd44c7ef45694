"""Phones as people may see them without a reveal."""

__all__ = ["mask_phone"]

HIDDEN = "*"
VISIBLE_END = 2
COUNTRY = "57"
COLOMBIAN_MOBILE_DIGITS = 12
E164_DIGITS = range(8, 16)


def mask_phone(phone: str) -> str:
    """`573001234567` as `+57 3** *** **67`: enough to recognise, too little to call.

    A Colombian mobile keeps its country code, its first digit and its last two; another
    international number its last two; anything else (an e-mail, a short code, a username) is
    hidden whole, with a fixed length.
    """
    digits = phone.strip().removeprefix("+").replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in E164_DIGITS):
        return HIDDEN * 8
    end = digits[-VISIBLE_END:]
    if len(digits) == COLOMBIAN_MOBILE_DIGITS and digits.startswith(f"{COUNTRY}3"):
        return f"+{COUNTRY} 3** *** **{end}"
    return f"+{HIDDEN * (len(digits) - VISIBLE_END)}{end}"
