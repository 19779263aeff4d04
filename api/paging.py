"""Pages of lists, and query parameters that are taken seriously."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from api.problems import BadQuery


class Pages(PageNumberPagination):
    """50 a page, at most 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


PAGING = frozenset({"page", "page_size"})


class StrictQuery(APIView):
    """Refuses parameters that it does not know, and those given twice, instead of guessing."""

    parameters: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        wrong = {
            name: [ErrorDetail("Unbekannt oder doppelt.", code="parameter")]
            for name, values in request.query_params.lists()
            if name not in self.parameters or len(values) != 1
        }
        for name in PAGING & self.parameters & set(request.query_params):
            value = request.query_params[name]
            if not (value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) < 9):
                wrong[name] = [ErrorDetail("Eine ganze Zahl ab 1.", code="parameter")]
        if wrong:
            raise BadQuery(wrong)
