from bookings.models.cases import CaseNote
from bookings.models.clients import Client, Consent, Need, ReachBy, Wish
from bookings.models.drafts import HotlineDraft, PhoneShare, WebRequest
from bookings.models.given_words import GivenWord
from bookings.models.imports import CityUpload, UploadedList
from bookings.models.phone import CalendarEntry, CalendarLink, ShownAddress
from bookings.models.post import PostIn, ProposedDate
from bookings.models.referrals import Referral
from bookings.models.rounds import MatchingRound, MatchingWeights, RoundWish
from bookings.models.safe_return import PlanStep, ReportDraft, SafeReturn, TopicGoal
from bookings.models.surveys import Ability, Satisfied, SurveyAnswer, SurveyRemark, SurveyTally, SurveyToken
from bookings.models.trainings import Facility, Training, TrainingRecord
from bookings.models.visits import Caller, Entrance, HomeVisit, Offer, PromisedTime, VisitReport
from bookings.models.waves import BlockedPair, Wave

__all__ = [
    "Ability",
    "BlockedPair",
    "CalendarEntry",
    "CalendarLink",
    "Caller",
    "CaseNote",
    "CityUpload",
    "Client",
    "Consent",
    "Entrance",
    "Facility",
    "GivenWord",
    "HomeVisit",
    "HotlineDraft",
    "MatchingRound",
    "MatchingWeights",
    "Need",
    "Offer",
    "PhoneShare",
    "PlanStep",
    "PostIn",
    "PromisedTime",
    "ProposedDate",
    "ReachBy",
    "Referral",
    "ReportDraft",
    "RoundWish",
    "SafeReturn",
    "Satisfied",
    "ShownAddress",
    "SurveyAnswer",
    "SurveyRemark",
    "SurveyTally",
    "SurveyToken",
    "TopicGoal",
    "Training",
    "TrainingRecord",
    "UploadedList",
    "VisitReport",
    "Wave",
    "WebRequest",
    "Wish",
]
