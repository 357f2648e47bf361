"""SQLite, the engine that comes with Python. ``db.py`` asks an engine for these."""

from sqlite3 import Error as Error
from sqlite3 import IntegrityError as IntegrityError
from sqlite3 import Row as Row

from . import backups as backups
from . import changes as changes
from . import checkup as checkup
from . import copying as copying
from . import fulltext as fulltext
from . import index_check as index_check
from .connection import Connection as Connection
from .connection import describe as describe
from .connection import describe_obstacle as describe_obstacle
from .connection import explain as explain
from .connection import is_conflict as is_conflict
from .connection import is_unavailable as is_unavailable
from .connection import json_rows as json_rows
from .connection import unavailable as unavailable
from .pool import ConnectionPool as ConnectionPool
from .schema import find_copy as find_copy
from .schema import find_schema as find_schema
from .schema import LATEST as LATEST
from .schema import migrate as migrate
from .sizes import find_free_space as find_free_space
from .sizes import find_sizes as find_sizes
from .sizes import find_version as find_version
from .turns import hold_turn as hold_turn
