"""What is changed in the tree before it is judged and written: names, and joined texts."""

from sqlglot import exp

__all__ = ["canonical_names", "order_joined_texts"]


def canonical_names(tree: exp.Expr) -> None:
    """Write every name as PostgreSQL would fold it, and quote it, so that none is a keyword."""
    for node in tree.walk():
        if isinstance(node, exp.Identifier):
            name = node.this
            if not node.args.get("quoted"):
                # PostgreSQL folds the ASCII letters of UTF-8 names only
                name = "".join(c.lower() if c.isascii() else c for c in name)
            node.set("this", name)
            node.set("quoted", True)


def order_joined_texts(tree: exp.Expr) -> None:
    """Give each string_agg an order, that of its own texts, when it has none.

    PostgreSQL sorts the input of an ordered aggregate on disk, under temp_file_limit. Without an
    order it adds text to text in memory, up to 1 GB for each aggregate.
    """
    for call in tree.find_all(exp.Anonymous):
        arguments = call.expressions
        if str(call.this).lower() != "string_agg" or not arguments:
            continue
        if not any(isinstance(each, (exp.Order, exp.Distinct)) for each in arguments):
            order = exp.Order(
                this=arguments[-1].copy(),
                expressions=[exp.Ordered(this=arguments[0].copy(), nulls_first=False)],
            )
            call.set("expressions", [*arguments[:-1], order])
