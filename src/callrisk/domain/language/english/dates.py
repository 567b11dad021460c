"""Words for a day or a moment by which somebody could pay, in English."""

import re

_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    "(?:january|february|march|april|june|july|august|september|october|november|december"
    "|jan|feb|apr|aug|sept|oct|nov|dec)"
)
_DATE = re.compile(
    rf"\b(?:{_DAY}s?|{_MONTH} \d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)|(?:first|second|third|fourth"
    rf"|fifth|tenth"
    rf"|fifteenth|twentieth|thirtieth|last) of (?:the month|next month|this month|may|{_MONTH})"
    rf"|may (?:\d{{1,2}}|the \w+)|by (?:the )?end of|end of (?:the |this |next )?(?:day|week|month)"
    r"|today|tonight|tomorrow|this (?:morning|afternoon|evening|week|weekend|month)|next (?:week"
    r"|month|pay)"
    r"|right (?:now|away)|straight away|immediately|payday|pay day|pay ?che(?:ck|que)|get paid"
    r"|within (?:\w+ )?"
    r"(?:hours?|days?|weeks?)|in (?:\w+ )?(?:hours?|days?|weeks?)|\d{1,2} ?(?:am|pm|o'clock)"
    r"|noon|midnight"
    r"|as soon as (?:we|i) hang up|over the phone now|when my (?:salary|wages|pension|pay) come)",
    re.IGNORECASE,
)


def names_date(text: str) -> bool:
    """Return True if a text names a day or a moment by which somebody could pay."""
    return _DATE.search(text) is not None
