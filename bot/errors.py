"""Errors that an operator or a user may read."""


class OperatorError(Exception):
    """Something the operator can mend; the message is one clear Indonesian sentence or two.

    The command line prints the message alone and exits with status 2.
    """


class ContentError(OperatorError):
    """A content file is wrong; the message starts with ``file:line:``."""
