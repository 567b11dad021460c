"""The route of the analytics app by which files are handed in, part by part, straight to the disk.

Streamlit's own upload keeps a file in memory, and a proxy lets only small requests through.
"""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callrisk.dashboards.access.login_guard import is_own_origin
from callrisk.dashboards.data_tables.table_drafts import Draft, Uploads, WrongPlaceError
from callrisk.dashboards.uploads import UploadError

UPLOAD_PATH = "/hand-in"
Routes = list[Route]
_Answer = dict[str, Any]


def upload_routes(path: str, uploads: Uploads) -> Routes:
    """Return the routes below the path of the app; who may open the app may hand files in."""
    handing_in = _HandingIn(uploads)
    return [
        Route(f"{path}{UPLOAD_PATH}", handing_in.begin, methods=["POST"]),
        Route(f"{path}{UPLOAD_PATH}/{{draft_id}}", handing_in.append, methods=["PUT"]),
    ]


class _HandingIn:
    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    async def begin(self, asked: Request) -> Response:
        """Answer the id of a new draft, or the key of the text that says why not."""
        if not _is_from_page(asked):
            return _refused(HTTPStatus.FORBIDDEN)
        size = asked.query_params.get("size", "")
        try:
            draft = self._uploads.begin(
                asked.query_params.get("name", ""), int(size) if size.isdecimal() else 0
            )
        except UploadError as error:
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, key=str(error))
        return JSONResponse(_told(draft), HTTPStatus.CREATED)

    async def append(self, asked: Request) -> Response:
        """Add the body to a draft; 409 tells from where on bytes are missing."""
        if not _is_from_page(asked):
            return _refused(HTTPStatus.FORBIDDEN)
        draft = self._uploads.draft(asked.path_params["draft_id"])
        offset = asked.query_params.get("offset", "")
        if draft is None or not offset.isdecimal():
            return _refused(HTTPStatus.NOT_FOUND, key="upload.gone")
        try:
            await self._uploads.append(draft, int(offset), asked.stream())
        except WrongPlaceError as error:
            return _refused(HTTPStatus.CONFLICT, received=error.received)
        except UploadError as error:
            return _refused(HTTPStatus.UNPROCESSABLE_ENTITY, key=str(error))
        return JSONResponse(_told(draft))


def _told(draft: Draft) -> _Answer:
    return {"id": draft.draft_id, "received": draft.received, "whole": draft.is_whole}


def _is_from_page(asked: Request) -> bool:
    """Return True for a request of our own page: a form of another one could send no such type."""
    is_typed = asked.headers.get("content-type") == "application/octet-stream"
    return is_typed and is_own_origin(asked)


def _refused(status: HTTPStatus, **told: Any) -> Response:
    return JSONResponse(told, status)
