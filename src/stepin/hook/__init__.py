"""What a shell waits for: the helper that decides about one folder, and nothing else.

Of our other packages it imports `shells` alone.
"""

import sys

# The names of environments, in order, unless the settings say otherwise.
NAMES = (".venv", "venv", "env", ".env")


def _import_os_quickly() -> None:
    """Import `os` without the abstract base classes of collections, whose creation takes a tenth of a bare start.

    `os` needs one of them as the base of `os.environ`; a class takes its place that asks the real one for anything but
    `get`. Where `os` is loaded already, as in every command, or needs something else, nothing is different.
    """
    if "os" in sys.modules or "_collections_abc" in sys.modules:
        return

    class Kind(type):
        def __instancecheck__(cls, one: object) -> bool:
            from collections.abc import Mapping

            return isinstance(one, Mapping)

    class StandIn(metaclass=Kind):
        __slots__ = ()

        def get(self, key: str, default: "str | None" = None) -> "str | None":
            try:
                found: str = self[key]  # type: ignore[index]  # os._Environ has __getitem__
            except KeyError:
                return default
            return found

        def __getattr__(self, name: str) -> object:
            from collections.abc import MutableMapping

            return getattr(MutableMapping, name).__get__(self)

    def check_methods(kind: type, *methods: str) -> object:
        from _collections_abc import _check_methods  # type: ignore[attr-defined]  # private, as os itself uses it

        return _check_methods(kind, *methods)

    stand_in = type(sys)("_collections_abc")
    vars(stand_in).update(Mapping=StandIn, MutableMapping=StandIn, _check_methods=check_methods)
    sys.modules["_collections_abc"] = stand_in
    try:
        import os  # noqa: F401  # for sys.modules
    except ImportError:  # a Python whose os needs more
        pass
    finally:
        del sys.modules["_collections_abc"]


_import_os_quickly()
