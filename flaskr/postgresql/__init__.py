"""PostgreSQL, for a blog that outgrows one machine: ``pip install
'flaskr[postgresql]'``. ``db.py`` asks an engine for these."""

from psycopg import Error as Error
from psycopg import IntegrityError as IntegrityError

from . import changes as changes
from . import checkup as checkup
from . import copying as copying
from . import fulltext as fulltext
from . import index_check as index_check
from . import rehearsing as rehearsing
from .address import check_database as check_database
from .address import describe as describe
from .connection import Connection as Connection
from .connection import json_rows as json_rows
from .failures import explain as explain
from .failures import is_conflict as is_conflict
from .failures import is_unavailable as is_unavailable
from .failures import unavailable as unavailable
from .pool import ConnectionPool as ConnectionPool
from .rows import Row as Row
from .schema import find_copy as find_copy
from .schema import find_schema as find_schema
from .schema import LATEST as LATEST
from .schema import migrate as migrate
from .sizes import find_free_space as find_free_space
from .sizes import find_sizes as find_sizes
from .sizes import find_version as find_version
from .turns import hold_turn as hold_turn
