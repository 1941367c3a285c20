"""Refusals: what an action raises when the rules say no. One shape over the wire (api/errors.py)."""

from typing import Any


class Refused(Exception):
    """An act was refused. `code` is stable for clients and translation; nothing was changed."""

    status = 409

    def __init__(self, code: str, message: str, **detail: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.detail = code, message, detail


class Invalid(Refused):
    """What was sent is wrong in itself; sending it again cannot help."""

    status = 422


class Forbidden(Refused):
    """The person may see the thing but not do this to it. `detail["role"]` says which role may."""

    status = 403


class Locked(Refused):
    """Somebody else holds the thing, or it is frozen."""

    status = 423
