"""The rows of this room."""

from volunteers.models.applications import Application
from volunteers.models.hours import (
    Allowance,
    Certificate,
    Course,
    CoursePlace,
    Expense,
    OtherWork,
    PaymentRun,
    Rate,
)
from volunteers.models.people import (
    Absence,
    EmailChange,
    Gender,
    OffersBy,
    OtherHours,
    Pace,
    Skill,
    Topic,
    TravelMode,
    Volunteer,
)
from volunteers.models.requirements import Activity, Evidence, FirstVisit, Requirement

__all__ = [
    "Absence",
    "Activity",
    "Allowance",
    "Application",
    "Certificate",
    "Course",
    "CoursePlace",
    "EmailChange",
    "Evidence",
    "Expense",
    "FirstVisit",
    "Gender",
    "OffersBy",
    "OtherHours",
    "OtherWork",
    "Pace",
    "PaymentRun",
    "Rate",
    "Requirement",
    "Skill",
    "Topic",
    "TravelMode",
    "Volunteer",
]
