"""Say what to write in place of code that a tracer cannot follow: math.sin(x), or a branch on x.

The interpreter knows which part of f is running. In its source `math.sin(x)` becomes `np.sin(x)`,
and `a if c else b`, also as a statement, becomes `np.where(c, a, b)`.
"""

import ast
import linecache
import math
import sys
from copy import deepcopy
from functools import lru_cache, reduce
from itertools import pairwise
from types import FrameType
from typing import Any, Final

import numpy as np

from uat.expression.ufuncs import UFUNCS, is_known

__all__ = ["of_branch", "of_number"]

_LONGEST: Final = 500_000
"""Characters of a source that is looked at; more: advice in longer files, slower refusals."""

_SHOWN: Final = 160
"""Characters of advice; more: whole formulas, in longer messages."""

_OTHER_NAMES: Final = {
    "fabs": "np.abs",
    "pow": "np.power",
    "erf": "scipy.special.erf",
    "erfc": "scipy.special.erfc",
    "gamma": "scipy.special.gamma",
    "lgamma": "scipy.special.gammaln",
}
"""Functions of math that are not in numpy under their name."""

_NOT_OF_USERS: Final = {"numpy", "scipy", "uat"}
_BRANCHES: Final = (ast.IfExp, ast.If, ast.BoolOp, ast.Compare, ast.Call, ast.UnaryOp)


def of_number() -> str:
    """Return, in the method `__float__` of a tracer, what to write for math.sin(x); "" if unknown."""
    frame = sys._getframe(2)
    for node in _running(frame)[:1]:
        if isinstance(node, ast.Call):
            return _instead(node, frame)
    if _is_of_a_library(frame):
        return ""
    called = [v for name in frame.f_code.co_names if (v := _of_math(getattr(math, name, None)))]
    return " and ".join(called)


def of_branch() -> str:
    """Return, in the method `__bool__` of a tracer, what to write for a branch; "" if unknown."""
    frame = sys._getframe(2)
    around = _running(frame)
    found = next((i for i, node in enumerate(around) if _decides(node)), None)
    if found is None:
        return ""
    while found + 1 < len(around) and _decides(around[found + 1]):
        found += 1
    node = around[found]
    if not isinstance(node, ast.If):
        return _instead(node, frame)
    body = next(b for a in around[found + 1 :] for b in _bodies(a) if node in b)
    value = _value(body[body.index(node) :])
    return _instead(value, frame) if value is not None else ""


def _decides(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return len(node.ops) > 1
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("min", "max")
    return isinstance(node, ast.IfExp | ast.If | ast.BoolOp)


def _bodies(node: ast.AST) -> list[list[Any]]:
    return [b for b in (getattr(node, n, None) for n in ("body", "orelse")) if isinstance(b, list)]


def _value(statements: list[Any]) -> ast.expr | None:
    """Return what statements return, as one expression; None if they do anything else."""
    match statements:
        case [ast.Return(value=value), *_]:
            return value
        case [ast.If(test=test, body=body, orelse=orelse), *rest]:
            yes, no = _value(body), _value([*orelse, *rest])
            return ast.IfExp(test, yes, no) if yes is not None and no is not None else None
    return None


def _instead(node: ast.AST, frame: FrameType) -> str:
    """Write a part of the source with numpy; "" if that changes nothing."""
    text = ast.unparse(_Numpy(frame).visit(deepcopy(node)))
    return text if text != ast.unparse(node) and len(text) <= _SHOWN else ""


class _Numpy(ast.NodeTransformer):
    """Write branches with np.where and functions of math with numpy."""

    def __init__(self, frame: FrameType) -> None:
        self.names = {**frame.f_globals, **frame.f_locals}

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return _call("np.where", node.test, node.body, node.orelse)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        return reduce(lambda a, b: ast.BinOp(a, op, b), node.values)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return ast.UnaryOp(ast.Invert(), node.operand) if isinstance(node.op, ast.Not) else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        sides = pairwise([node.left, *node.comparators])
        tests: list[ast.expr] = [
            ast.Compare(a, [op], [b]) for op, (a, b) in zip(node.ops, sides, strict=True)
        ]
        return reduce(lambda a, b: ast.BinOp(a, ast.BitAnd(), b), tests)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in ("min", "max") and node.args[1:]:
            name = f"np.{node.func.id}imum"
            return reduce(lambda a, b: _call(name, a, b), node.args)
        written = _of_math(self._meant(node.func))
        return _call(written, *node.args) if written and not node.keywords else node

    def _meant(self, function: ast.expr) -> Any:
        match function:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Attribute(value=ast.Name(id=home), attr=name):
                return getattr(self.names.get(home), name, None)
        return None


def _call(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.parse(name, mode="eval").body, list(arguments), [])


def _of_math(function: Any) -> str:
    """Return numpy's or scipy's name of a function of math, if a formula may have it."""
    name = getattr(function, "__name__", "")
    if getattr(function, "__module__", None) != "math" or not callable(function):
        return ""
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    ufunc: Any = getattr(np, name, None) or getattr(np, f"arc{name[1:]}", None)
    known = isinstance(ufunc, np.ufunc) and (is_known(ufunc) or ufunc.__name__ in UFUNCS)
    return f"np.{ufunc.__name__}" if known else ""


def _is_of_a_library(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__", "").partition(".")[0] in _NOT_OF_USERS


def _running(frame: FrameType) -> list[ast.AST]:
    """List the part of the source that runs and the parts around it, from the inside out."""
    code = frame.f_code
    if _is_of_a_library(frame):
        return []
    place = list(code.co_positions())[frame.f_lasti // 2]
    source = "".join(linecache.getlines(code.co_filename, frame.f_globals))
    if None in place or not source or len(source) > _LONGEST:
        return []
    start, stop = (place[0], place[2]), (place[1], place[3])
    around = []
    for node in _nodes(source):
        first, last = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        if first <= start and stop <= last:
            around.append(node)
    return sorted(around, key=lambda n: (n.end_lineno - n.lineno, n.end_col_offset - n.col_offset))


@lru_cache(maxsize=4)
def _nodes(source: str) -> tuple[Any, ...]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()
    # the inner ones first, also where two have the same place
    return tuple(node for node in reversed(list(ast.walk(tree))) if hasattr(node, "end_lineno"))
