"""The ids under which persons begin calls by hand: such that nobody guesses those of others.

One call has an id, whoever began it, so an id that is taken must be refused. Whoever sees a part of
the calls alone could try ids and learn which are taken. So such a person is refused every id that
could be guessed, taken or not, and of all others nobody knows what to try.
"""

import re

_HEX = "[0-9a-f]"
# With a UUID anywhere, as Amazon Connect and the tablet have them; or as the live page proposes:
# the second and four random digits, of which an hour has 200 million.
_UUID = re.compile(rf"{_HEX}{{8}}-{_HEX}{{4}}-[1-8]{_HEX}{{3}}-[89ab]{_HEX}{{3}}-{_HEX}{{12}}")
_PROPOSED = re.compile(rf"call-\d{{8}}-\d{{6}}-{_HEX}{{4}}", re.ASCII)


def is_unguessable(call_id: str) -> bool:
    """Return True for an id of which nobody learns anything by trying."""
    return bool(_UUID.search(call_id.lower()) or _PROPOSED.fullmatch(call_id))
