"""What a volunteer must have to go to somebody's home, and on which days it holds."""

from __future__ import annotations

from datetime import date

from volunteers.models import Volunteer

CERTIFICATE_YEARS = 3


def required_papers(volunteer: Volunteer) -> tuple[tuple[str, date | None, date | None], ...]:
    """Name, first and last day of each: training, undertaking of secrecy, certificate of good conduct.

    No first day: never seen. No last day: without end. The certificate holds three years from its date.
    """
    issued = volunteer.certificate_issued_on
    return (
        ("Schulung", volunteer.trained_on, None),
        ("Verschwiegenheit", volunteer.secrecy_signed_on, None),
        ("Führungszeugnis", issued, _years_later(issued, CERTIFICATE_YEARS) if issued else None),
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
