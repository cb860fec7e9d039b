"""The workstation's SQLite cache. The only room that imports peewee."""

import sys

# peewee imports every database driver it finds when it is loaded. The console must not load psycopg before its first
# paint (0.2 s), so drivers are out of sight for that moment; whoever imports one later gets it as usual.
_HIDDEN = [name for name in ("psycopg", "psycopg2") if name not in sys.modules]
for _name in _HIDDEN:
    sys.modules[_name] = None  # type: ignore[assignment]
try:
    import peewee  # noqa: F401
finally:
    for _name in _HIDDEN:
        del sys.modules[_name]
