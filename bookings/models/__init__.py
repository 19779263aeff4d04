from bookings.models.clients import Client, Consent, Need, ReachBy, Wish
from bookings.models.drafts import HotlineDraft, WebRequest
from bookings.models.imports import CityUpload, UploadedList
from bookings.models.trainings import Facility, Training, TrainingRecord
from bookings.models.visits import Caller, Entrance, HomeVisit, Offer, VisitReport

__all__ = [
    "Caller",
    "CityUpload",
    "Client",
    "Consent",
    "Entrance",
    "Facility",
    "HomeVisit",
    "HotlineDraft",
    "Need",
    "Offer",
    "ReachBy",
    "Training",
    "TrainingRecord",
    "UploadedList",
    "VisitReport",
    "WebRequest",
    "Wish",
]
