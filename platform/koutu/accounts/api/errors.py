"""One error shape over the wire: {"error": {"code", "message", "detail"}}."""

from django.core.exceptions import ValidationError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from koutu.accounts.errors import Refused


def handle(error: Exception, context: dict) -> Response | None:
    """Answer for an exception of a view: refusals of ours, DRF's own, or None for a fault."""
    if isinstance(error, Refused):
        return Response(body(error.code, error.message, error.detail), status=error.status)
    if isinstance(error, ValidationError):
        # What no column can hold, such as a filter by an id that is none.
        return Response(body("invalid", "Some fields are wrong.", {"fields": error.messages}), status=400)
    response = exception_handler(error, context)
    if response is not None:
        response.data = _from_drf(error, response.data)
    return response


def body(code: str, message: str, detail: dict | None = None) -> dict:
    return {"error": {"code": code, "message": message, "detail": detail or {}}}


def _from_drf(error: Exception, data) -> dict:
    if isinstance(error, exceptions.ValidationError):
        return body("invalid", "Some fields are wrong.", {"fields": data})
    code = error.get_codes() if isinstance(error, exceptions.APIException) else "not_found"
    message = data.get("detail", "") if isinstance(data, dict) else ""
    return body(str(code), str(message) or "Not found.")
