"""Lengths of time as ISO 8601 writes them: ``P3Y6M4DT12H30M5S``, ``P2W``."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.errors import Invalid

_ISO = re.compile(
    r"P(?=.)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months are those of the calendar: a month after January 31st is the last day of February."""

    months: int
    rest: timedelta

    def after(self, moment: datetime) -> datetime:
        """Raises Invalid when that is beyond the calendar."""
        count = moment.year * 12 + moment.month - 1 + self.months
        year, month = divmod(count, 12)
        try:
            day = min(moment.day, monthrange(year, month + 1)[1])
            return moment.replace(year=year, month=month + 1, day=day) + self.rest
        except (ValueError, OverflowError) as error:
            raise Invalid("the duration leads beyond the calendar") from error


def parse_duration(text: str) -> Duration | None:
    """None when it is no duration."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Duration(years * 12 + months, rest)
