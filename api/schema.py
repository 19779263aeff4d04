"""The description of the machine door (OpenAPI 3.1.1), made from the code; problems are described once for all."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from api.problems import CONTENT_TYPE

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    pointer = serializers.CharField(help_text='JSON pointer or name of the parameter: "#/because"')
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(help_text='"about:blank", or the kind: "urn:lotsen:offer-lost"')
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = ProblemErrorSerializer(many=True, required=False)


class Schema(AutoSchema):
    """Adds to each operation the problems that it can answer."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in map(str, self._problem_codes()):
            bodies[code] = self._get_response_for_code(ProblemSerializer, code, [CONTENT_TYPE], direction)
        return bodies

    def _problem_codes(self) -> list[int]:
        codes = {400, 406}
        if not any(isinstance(one, AllowAny) for one in self.view.get_permissions()):
            codes.add(403)
        if "{" in self.path or getattr(self.view, "may_miss", False):
            codes.add(404)
        if self.method in UNSAFE:
            codes |= {409, 415}
        return sorted(codes)
