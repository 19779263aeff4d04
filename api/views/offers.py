"""A volunteer's offers for their own app: the same verbs as the phone page and the SMS."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import PAGING, Pages, StrictQuery
from api.problems import Conflict
from api.serializers import AcceptedSerializer, DeclineSerializer, EmptySerializer, OfferSerializer
from bookings import offers as verbs
from bookings.disclosure import offer_card
from bookings.models import Offer
from bookings.queries import open_offers, visible_offers
from lotsen.kernel.calendar import local
from lotsen.kernel.errors import Refused
from lotsen.kernel.sentences import from_data
from lotsen.people.models import Role
from lotsen.spoken import said

KINDS = {
    verbs.OfferLost: "offer-lost",
    verbs.OfferOver: "offer-over",
    verbs.AccessRests: "access-rests",
    verbs.RestsThen: "access-rests",
}


class IsVolunteer(BasePermission):
    """Only who helps."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and request.user.has_role(Role.VOLUNTEER))


class OfferDoor(StrictQuery):
    """Signed in, and a volunteer."""

    permission_classes = (IsVolunteer,)

    def offers(self, request: Request) -> QuerySet[Offer]:
        """The volunteer's own offers, with what a card needs."""
        return visible_offers(request.user).prefetch_related("visit__topics")

    def offer(self, request: Request, pk: int) -> Offer:
        """One of their own; a foreign one does not exist."""
        return get_object_or_404(self.offers(request), pk=pk)


class OfferList(OfferDoor):
    """The volunteer's offers."""

    parameters = PAGING
    may_miss = True
    pagination_class = Pages

    @extend_schema(operation_id="offers_list", responses=OfferSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All offers that this volunteer ever got, the newest first."""
        pages = Pages()
        rows = pages.paginate_queryset(self.offers(request).order_by("-created_at", "-pk"), request, view=self)
        return pages.get_paginated_response([offer_body(row) for row in rows])


class OfferDetail(OfferDoor):
    """One offer."""

    @extend_schema(operation_id="offers_retrieve", responses=OfferSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One offer by its number."""
        return Response(offer_body(self.offer(request, pk)))


class OfferAccept(OfferDoor):
    """Ja, ich komme."""

    @extend_schema(
        operation_id="offers_accept",
        request=EmptySerializer,
        responses={200: OpenApiResponse(AcceptedSerializer, description="It is yours; said twice, it stays yours.")},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Accept the offer. 409 where somebody was faster or the deadline has passed, with what is still open."""
        EmptySerializer(data=request.data).is_valid(raise_exception=True)
        offer, now = self.offer(request, pk), timezone.now()
        try:
            visit = verbs.accept_offer(offer, by=request.user, at=now)
        except Refused as no:
            raise conflict(no, request) from no
        return Response(
            {
                "offer": offer.pk,
                "reference": visit.reference,
                "starts_at": _local(visit.slot_starts_at),
                "ends_at": _local(visit.slot_ends_at),
            }
        )


class OfferDecline(OfferDoor):
    """Passt mir nicht."""

    @extend_schema(operation_id="offers_decline", request=DeclineSerializer, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Decline the offer; twice is harmless. 409 where it is settled."""
        said = DeclineSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        offer, now = self.offer(request, pk), timezone.now()
        try:
            verbs.decline_offer(offer, because=said.validated_data["because"], by=request.user, at=now)
        except Refused as no:
            raise conflict(no, request) from no
        return Response(status=204)


def conflict(no: Refused, request: Request) -> Conflict:
    """An anticipated no with what is still open."""
    still_open = [offer.pk for offer in open_offers(request.user, at=timezone.now())]
    return Conflict(no, kind=KINDS.get(type(no), "refused"), still_open=still_open)


def _local(moment: datetime | None) -> datetime | None:
    """On a Dresden clock; None where an offer's visit has lost its date."""
    return local(moment) if moment else None


def offer_body(offer: Offer) -> dict[str, Any]:
    """One offer as the description says it; the card decides what may be told, needs and wish only while it is open."""
    card = offer_card(offer)
    is_open = offer.state == Offer.State.OPEN
    return {
        "id": offer.pk,
        "state": offer.state,
        "starts_at": _local(offer.visit.slot_starts_at),
        "ends_at": _local(offer.visit.slot_ends_at),
        "answer_by": _local(offer.answer_by),
        "district": card.district,
        "kilometres": card.kilometres,
        "topics": list(card.topics),
        "needs": card.needs if is_open else "",
        "wish": card.wish if is_open else "",
        "reasons": [said(from_data(reason)) for reason in offer.reasons] if is_open else [],
        "code": offer.code,
    }
