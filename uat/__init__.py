"""The universal approximation theorem as a function call.

Give a continuous function and an ε; the answer is a network with one hidden layer, the proof of
its error, and the picture. The public names stand in `__init__.pyi`, where type checkers read
them; each is loaded when first used, so that importing `uat` is fast and light.
"""

from importlib import import_module

__version__ = "0.1.0"


def _homes():
    """Read from the lines `from home import name as name` of the stub where each name lives."""
    stub = __spec__.loader.get_data(__file__.rpartition(".")[0] + ".pyi").decode()
    lines = [line.split() for line in stub.splitlines() if line.startswith("from ")]
    return {name: home for _, home, _, name, *_ in lines}


_HOME = _homes()
__all__ = sorted(_HOME)  # noqa: PLE0605 - type checkers read the stub


def __dir__():
    return sorted({*globals(), *__all__})


def __getattr__(name):
    if name not in _HOME:
        from uat.errors import near_match

        hint = near_match(name, __all__)
        raise AttributeError(f"module 'uat' has no attribute {name!r}{hint}")
    home = _HOME[name]
    value = import_module(f"uat.{name}") if home == "uat" else getattr(import_module(home), name)
    globals()[name] = value
    return value
