"""The files of the pages, packed for browsers that take them so: a third of the bytes.

Files alone: they hold no word of anybody. An answer with a secret beside something that another
site can choose must not be packed, since its length would tell of the secret.
"""

import gzip
from http import HTTPStatus

from apiflask import APIFlask
from flask import Response, request

_PACKED_TYPES = ("text/", "application/json", "image/svg+xml")
_FEWEST_BYTES = 1_000


class PackedFiles:
    """Packs each file once for each of its versions."""

    def __init__(self) -> None:
        # By path: the tag of the version, and its packed bytes.
        self._packed: dict[str, tuple[str, bytes]] = {}

    def pack(self, response: Response) -> Response:
        """Return the answer with its file packed, where it is one and the browser takes it."""
        if request.endpoint != "static" or not (response.mimetype or "").startswith(_PACKED_TYPES):
            return response
        response.vary.add("Accept-Encoding")
        tag, is_weak = response.get_etag()
        is_taken = request.accept_encodings.quality("gzip") > 0 and request.method == "GET"
        is_worth_it = (response.content_length or 0) >= _FEWEST_BYTES
        if response.status_code != HTTPStatus.OK or tag is None or not (is_taken and is_worth_it):
            return response
        known = self._packed.get(request.path)
        if known is None or known[0] != tag:
            response.direct_passthrough = False
            known = self._packed[request.path] = tag, gzip.compress(response.get_data(), 9)
        response.direct_passthrough = False
        response.set_data(known[1])
        response.content_encoding = "gzip"
        # The packed form is another one than the plain one, and is asked for by a tag of its own.
        response.set_etag(f"{tag}-gzip", bool(is_weak))
        response.make_conditional(request)
        return response


def register(app: APIFlask) -> None:
    """Pack the files of this application."""
    app.after_request(PackedFiles().pack)
