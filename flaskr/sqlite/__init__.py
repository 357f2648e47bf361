"""SQLite, the engine that comes with Python. ``db.py`` asks an engine for these, and
for :mod:`fulltext`."""

from sqlite3 import Error as Error
from sqlite3 import IntegrityError as IntegrityError

from .connection import Connection as Connection
from .connection import is_unavailable as is_unavailable
from .connection import json_rows as json_rows
from .connection import row_values as row_values
from .connection import RowType as RowType
from .pool import ConnectionPool as ConnectionPool
from .schema import LATEST as LATEST
from .schema import migrate as migrate
