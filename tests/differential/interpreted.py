"""Our expressions as jmespath's own interpreter walks them.

What JMESPath itself says (fields, indices, projections, filters, comparisons, `||`, `&&`, `!`, pipes) is jmespath's.
Functions are ours, as is what is made inside an expression by `[…]` and `{…}`, whose nulls we refuse.
"""

from jmespath.visitor import TreeInterpreter

from bridge.core.expression.compile import closure_of as compiled
from bridge.core.expression.values import equal


def closure_of(tree, secrets=None):
    """In place of `bridge.core.expression.compile.closure_of`."""
    written = _as_jmespath(tree)

    def interpreted(document, run):
        return _Interpreter(run, secrets).visit(written, document)

    return interpreted


def _as_jmespath(node):
    """jmespath's form of the tree, which keeps a slice's numbers where its children would be."""
    children = list(node.value) if node.kind == "slice" else [_as_jmespath(child) for child in node.children]
    return {"type": node.kind, "value": node.value, "children": children, "node": node}


class _Interpreter(TreeInterpreter):
    #: To Python true is 1: jmespath sees to it outermost, we at any depth.
    COMPARATOR_FUNC = TreeInterpreter.COMPARATOR_FUNC | {"eq": equal, "ne": lambda one, other: not equal(one, other)}

    def __init__(self, run, secrets):
        super().__init__()
        self.run, self.secrets = run, secrets

    def visit_function_expression(self, node, value):
        return compiled(node["node"], self.secrets)(value, self.run)

    visit_multi_select_list = visit_multi_select_dict = visit_function_expression

    def visit_comparator(self, node, value):
        try:
            return super().visit_comparator(node, value)
        except TypeError:  # a number beside a text, where jmespath's Python forgets its own grammar
            return None

    def visit_value_projection(self, node, value):
        """By the names of the members: a map of DynamoDB has no order, and JMESPath asks for none."""
        base, made = node["children"]
        members = self.visit(base, value)
        if isinstance(members, dict):
            members = dict(sorted(members.items()))
        held = {"type": "literal", "value": members, "children": []}
        return super().visit_value_projection({**node, "children": [held, made]}, value)
