"""Search of ended calls: by facts, and by words that stand in no address."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import g

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.search.plain_text import LEAST_LETTERS
from callrisk.domain.search.sought_calls import FoundCall, SoughtCalls, askable_words
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.store.search.saved_searches import SavedSearch
from callrisk.web.access.guards import needs, reachable_agents, subject
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.limits.limited_routes import limited_as
from callrisk.web.limits.rate_limits import Rate
from callrisk.web.refusal_words import refuse, refuse_fields
from callrisk.wire.request_fields import REFUSALS
from callrisk.wire.search.search_answers import AskedFacts, FoundCallAnswer, SearchPage
from callrisk.wire.search.search_requests import CallsAsked, NewSearch, PageAsked

searches = APIBlueprint("searches", __name__, url_prefix="/api", tag="calls")
_NO_SEARCH = Text(
    "この検索はないか、保存期間が過ぎています。もう一度検索してください。",
    "There is no such search, or no longer; search anew.",
)
_FOREIGN_CURSOR = REFUSALS["foreign_cursor"]
_TOO_SHORT = Text(
    f"空白と記号を除いて、{LEAST_LETTERS}文字以上の語を1つ以上入れてください",
    f"one word of {LEAST_LETTERS} letters at least, apart from spaces and punctuation",
)


@searches.get("/calls/search")
@answers(SearchPage)
@takes(CallsAsked)
@needs(Operation.READ_CALLS)
def search_calls(query_data: CallsAsked) -> SearchPage:
    """Return ended calls with facts, the newest first, page by page."""
    sought = SoughtCalls(query_data.facts(), reachable_agents())
    return _page(sought, query_data)


@searches.post("/searches")
@answers(SearchPage, status=HTTPStatus.CREATED)
@takes(NewSearch)
@needs(Operation.READ_CALLS)
@limited_as(Rate.READING)
def save_search(json_data: NewSearch) -> SearchPage:
    """Keep a search by words for 30 days, and return its id with the first page."""
    words, facts = askable_words(json_data.words), json_data.facts()
    if not words:
        refuse_fields("json", {"words": _TOO_SHORT})
    saved = SavedSearch(json_data.words, facts)
    search_id = app_state().saved_searches.add(subject().subject_id, saved, utc_now())
    g.noted_object = f"search {search_id}"
    return _saved_page(search_id, saved, PageAsked())


@searches.get("/searches/<search_id>")
@answers(SearchPage, HTTPStatus.NOT_FOUND)
@takes(PageAsked)
@needs(Operation.READ_CALLS)
def read_search(search_id: str, query_data: PageAsked) -> SearchPage:
    """Return a page of one's own saved search."""
    is_text = "\0" not in search_id
    owner = subject().subject_id
    saved = app_state().saved_searches.find(owner, search_id, utc_now()) if is_text else None
    if saved is None:
        refuse(HTTPStatus.NOT_FOUND, _NO_SEARCH)
    return _saved_page(search_id, saved, query_data)


def _saved_page(search_id: str, saved: SavedSearch, asked: PageAsked) -> SearchPage:
    sought = SoughtCalls(saved.facts, reachable_agents(), askable_words(saved.words))
    page = _page(sought, asked)
    page.search_id, page.words = search_id, saved.words
    return page


def _page(sought: SoughtCalls, asked: CallsAsked | PageAsked) -> SearchPage:
    state = app_state()
    found = state.search.page(sought, asked.limit, _last_seen(asked.cursor))
    reached = found.reached
    return SearchPage(
        calls=[FoundCallAnswer.of(call, _name_of(call)) for call in found.calls],
        next_cursor=None
        if reached is None
        else state.search_cursors.seal(subject().subject_id, reached),
        searched_back_to=None if reached is None else reached[0].astimezone(JST).date().isoformat(),
        asked=AskedFacts.of(sought.facts),
    )


def _last_seen(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the call at which the page before ended, as a cursor of one's own tells."""
    if cursor is None:
        return None
    last = app_state().search_cursors.open(subject().subject_id, cursor)
    if last is None:
        refuse_fields("query", {"cursor": _FOREIGN_CURSOR})
    return last


def _name_of(call: FoundCall) -> str | None:
    """Return the name of the customer, where the record was read."""
    if call.customer_id is None:
        return None
    customer = app_state().customers.find(call.call_id, call.customer_id)
    return None if customer is None else customer.name
