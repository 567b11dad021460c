"""The pages of the administration: persons, keys of systems, sessions; plain forms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import KEY_SCOPES, ROLES_OF_PERSONS, Operation, Role
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.people.administration import NewSecret
from callrisk.people.person_import import ImportRefusedError, parts_of
from callrisk.reporting.facts import JST
from callrisk.web.access.access_pages import page
from callrisk.web.access.access_words import ROLE_WORDS, page_language, spoken
from callrisk.web.access.admin_words import ADMIN_WORDS, SCOPE_WORDS
from callrisk.web.access.guards import needs
from callrisk.web.app_state import app_state
from callrisk.web.refusal_words import refuse

admin_pages = Blueprint("admin_pages", __name__, url_prefix="/admin")

_LONGEST_DAYS = 3650
_SHOWN = 500


@admin_pages.get("")
@needs(Operation.READ_PERSONS, is_page=True)
def show_persons() -> Response:
    """The persons, those who fit what is sought."""
    return _persons()


@admin_pages.get("/persons/new")
@needs(Operation.CHANGE_PERSONS, is_page=True)
def show_new_person() -> Response:
    """The form of a new person."""
    return _person(Person(0, "", "", frozenset[Role]()))


@admin_pages.get("/persons/<int:person_id>")
@needs(Operation.CHANGE_PERSONS, is_page=True)
def show_person(person_id: int) -> Response:
    """The form of a person."""
    return _person(_found(person_id))


@admin_pages.post("/persons/<int:person_id>")
@needs(Operation.CHANGE_PERSONS)
def save_person(person_id: int) -> Response:
    """Store a person, or with the number 0 a new one."""
    form = request.form
    before = _found(person_id) if person_id else Person(0, "", "", frozenset[Role]())
    person = replace(
        before, login=form.get("login", ""), name=form.get("name", ""),
        roles=frozenset(role for role in ROLES_OF_PERSONS if str(role) in form.getlist("roles")),
        teams=parts_of(form.get("teams", "")), agent_ids=parts_of(form.get("agent_ids", "")),
        is_active=not person_id or "is_active" in form,
    )  # fmt: skip
    saved = app_state().accounts.administration.save(person, utc_now())
    if isinstance(saved, Text):
        return _person(person, fault=saved, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _person(_found(saved.person_id), done=ADMIN_WORDS["saved"])


@admin_pages.post("/persons/<int:person_id>/password")
@needs(Operation.CHANGE_PERSONS)
def issue_password(person_id: int) -> Response:
    """Give a person a password that is shown once."""
    made = app_state().accounts.administration.new_password(person_id)
    if isinstance(made, Text):
        return _person(_found(person_id), fault=made, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _person(_found(person_id), secret=made)


@admin_pages.post("/persons/<int:person_id>/identity")
@needs(Operation.CHANGE_PERSONS)
def bind_person(person_id: int) -> Response:
    """Have the identity provider log a person in, or without a subject none any more."""
    accounts, person = app_state().accounts, _found(person_id)
    subject, identity = request.form.get("subject", "").strip(), None
    if subject and accounts.openid is not None:
        identity = accounts.openid.identity_of(subject)
    fault = accounts.administration.set_identity(person, identity)
    if fault is not None:
        return _person(person, fault=fault, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _person(_found(person_id), done=ADMIN_WORDS["saved"])


@admin_pages.post("/import")
@needs(Operation.CHANGE_PERSONS)
def import_persons() -> Response:
    """Store the persons of a CSV file, all or none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _persons(faults=[ADMIN_WORDS["no_file"]])
    try:
        done = app_state().accounts.administration.read(file.read(), utc_now())
    except ImportRefusedError as error:
        return _persons(faults=error.faults)
    if isinstance(done, Text):
        return _persons(faults=[done])
    words = ADMIN_WORDS["imported"]
    counts = f" {len(done.added)} + {len(done.changed)}"
    return _persons(done=Text(words.ja + counts, words.en + counts))


@admin_pages.get("/keys")
@needs(Operation.READ_PERSONS, is_page=True)
def show_keys() -> Response:
    """The keys of systems."""
    return _keys()


@admin_pages.post("/keys")
@needs(Operation.CHANGE_PERSONS)
def make_key() -> Response:
    """Make a key that is shown once."""
    form, now = request.form, utc_now()
    days = form.get("days", "").strip()
    if days and not (days.isascii() and days.isdigit() and 0 < int(days) <= _LONGEST_DAYS):
        return _keys(fault=ADMIN_WORDS["bad_days"])
    ends_at = now + timedelta(days=int(days)) if days else None
    made = app_state().accounts.administration.new_key(
        form.get("name", ""), form.getlist("scopes"), ends_at, now
    )
    return _keys(fault=made) if isinstance(made, Text) else _keys(secret=made)


@admin_pages.post("/keys/<int:key_id>/replace")
@needs(Operation.CHANGE_PERSONS)
def replace_key(key_id: int) -> Response:
    """Replace a key by a new one that is shown once."""
    return _keys(secret=app_state().accounts.administration.replaced_key(key_id, utc_now()))


@admin_pages.post("/keys/<int:key_id>/remove")
@needs(Operation.CHANGE_PERSONS)
def remove_key(key_id: int) -> Response:
    """Remove a key."""
    app_state().accounts.administration.remove_key(key_id)
    return _keys(done=ADMIN_WORDS["removed"])


@admin_pages.get("/sessions")
@needs(Operation.READ_PERSONS, is_page=True)
def show_sessions() -> Response:
    """All sessions."""
    return sessions_page()


@admin_pages.post("/sessions/<int:session_id>/end")
@needs(Operation.CHANGE_PERSONS)
def end_session(session_id: int) -> Response:
    """End a session of anybody."""
    app_state().accounts.sessions.end(session_id)
    return sessions_page(done=ADMIN_WORDS["removed"])


def _found(person_id: int) -> Person:
    person = app_state().accounts.persons.person(person_id)
    if person is None:
        refuse(HTTPStatus.NOT_FOUND, ADMIN_WORDS["no_person"], person_id=person_id)
    return person


def _persons(faults: Sequence[Text] = (), done: Text | None = None) -> Response:
    sought = request.values.get("q", "").strip().casefold()
    persons = [
        person
        for person in app_state().accounts.persons.all()
        if not sought or any(sought in text.casefold() for text in _texts(person))
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return admin_page(
        "admin_persons.html", status, persons=persons[:_SHOWN], found=len(persons), sought=sought,
        faults=faults, done=done,
    )  # fmt: skip


def _texts(person: Person) -> list[str]:
    return [person.login, person.name, *person.teams, *person.agent_ids]


def _person(
    person: Person, fault: Text | None = None, done: Text | None = None,
    secret: NewSecret | None = None, status: HTTPStatus = HTTPStatus.OK,
) -> Response:  # fmt: skip
    return admin_page(
        "admin_person.html", status, person=person, fault=fault, done=done, secret=secret,
        all_roles=ROLES_OF_PERSONS, openid=app_state().accounts.openid,
    )  # fmt: skip


def _keys(
    fault: Text | None = None, done: Text | None = None, secret: NewSecret | None = None
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return admin_page(
        "admin_keys.html", status, fault=fault, done=done, secret=secret,
        keys=app_state().accounts.administration.keys(), all_scopes=list(KEY_SCOPES),
        about_scopes={name: spoken(SCOPE_WORDS[name], page_language()) for name in KEY_SCOPES},
    )  # fmt: skip


def sessions_page(
    fault: Text | None = None, done: Text | None = None, secret: NewSecret | None = None
) -> Response:
    """Return the page of all sessions, on which wallboards are added."""
    accounts = app_state().accounts
    persons = accounts.persons.all()
    names = {person.person_id: person.name for person in persons}
    sessions = [
        (one, names.get(one.person_id or 0, one.label)) for one in accounts.sessions.kept.all()
    ]
    return admin_page(
        "admin_sessions.html", HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        sessions=sessions, fault=fault, done=done, secret=secret, teams=teams_of(persons),
    )  # fmt: skip


def teams_of(persons: Sequence[Person]) -> list[str]:
    """Return the teams in which somebody works, or that somebody leads."""
    return sorted({team for person in persons for team in person.teams})


def admin_page(template: str, status: HTTPStatus, **values: Any) -> Response:
    """Return a page of the administration."""
    language = page_language()
    words = {name: spoken(text, language) for name, text in ADMIN_WORDS.items()}
    roles = {str(role): spoken(text, language) for role, text in ROLE_WORDS.items()}
    return page(template, status, a=words, roles=roles, moment=_moment, **values)


def _moment(at: datetime | None) -> str:
    return "–" if at is None else f"{at.astimezone(JST):%Y-%m-%d %H:%M}"
