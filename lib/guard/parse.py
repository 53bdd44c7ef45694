"""From text to the tree of one query, with nothing lost on the way that PostgreSQL would read."""

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from lib.guard.dialect import GuardDialect
from lib.guard.verdicts import Reason, RefusalError

__all__ = ["one_query"]

MAX_TOKENS = 6000


def one_query(sql: str) -> exp.Expr:
    """The tree of the only statement. Raises RefusalError, and SqlglotError for what is no SQL."""
    dialect = GuardDialect()
    tokens = dialect.tokenize(sql)
    if len(tokens) > MAX_TOKENS:
        raise RefusalError(
            Reason.too_complex, f"La consulta tiene más de {MAX_TOKENS} palabras; acórtela."
        )
    _check_brackets(tokens)
    found = [
        each
        for each in dialect.parser().parse(tokens, sql)
        # an empty statement, or a comment after the last semicolon
        if each is not None and not isinstance(each, exp.Semicolon)
    ]
    if len(found) != 1:
        raise RefusalError(
            Reason.several_statements, "Se espera una sola consulta, sin otras después de ella."
        )
    if not isinstance(found[0], exp.Query):
        raise RefusalError(Reason.not_a_query, "Solo se admiten consultas SELECT.")
    _check_stars(tokens, found[0])
    return found[0]


def _check_brackets(tokens: list[Token]) -> None:
    """Brackets after ARRAY, or empty ones of a type; the parser takes `[a]` for a list as well."""
    for before, token, after in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        if before.token_type == TokenType.ARRAY and token.token_type != TokenType.L_BRACKET:
            raise RefusalError(Reason.unknown_construct, "Una lista se escribe ARRAY[…].")
        if token.token_type != TokenType.L_BRACKET:
            continue
        is_type = after is not None and after.token_type == TokenType.R_BRACKET
        if before.token_type != TokenType.ARRAY and not is_type:
            raise RefusalError(
                Reason.unknown_construct, "Una lista se escribe ARRAY[…]; no se toma una parte."
            )
    if tokens and tokens[0].token_type == TokenType.L_BRACKET:
        raise RefusalError(Reason.syntax, "Una consulta no empieza con corchetes.")


def _check_stars(tokens: list[Token], tree: exp.Expr) -> None:
    """`marts.x *` asks for inheriting tables too; the parser drops that star without a word."""
    written = sum(token.token_type == TokenType.STAR for token in tokens)
    if written != sum(isinstance(node, (exp.Star, exp.Mul)) for node in tree.walk()):
        raise RefusalError(Reason.star, "Un * va en count(*) o entre dos números.")
