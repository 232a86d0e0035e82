"""Files of arrays (``.npz``)."""

import zlib
from zipfile import BadZipFile

BROKEN = (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error)
"""What reading a damaged one may raise."""
