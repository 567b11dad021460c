"""Fields added to an app's form, and put into operation: nothing that is there is changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callrisk.background.clock import Clock
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.app_fields import Properties
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.transport import Request
from callrisk.integrations.kintone.values import whole_number

_FIELDS, _STAGED = "app/form/fields.json", "preview/app/form/fields.json"
_DEPLOYMENT = "preview/app/deploy.json"
# Kintone puts settings into operation within seconds; a large domain takes a minute.
_PATIENCE_S, _PAUSE_S = 120.0, 1.0


class AppSetupError(Exception):
    """Settings of an app that cannot be changed now; `text` says why, and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class _Form:
    """A form as it is, in operation or staged, with the revision of the app's settings."""

    fields: Mapping[str, Any]
    revision: int


class AppSetup:
    """The settings of one app, for a token that may manage it.

    Each method raises a KintoneError when Kintone does not do it.
    """

    def __init__(self, client: KintoneClient, app: int, clock: Clock | None = None) -> None:
        self._client = client
        self._app = app
        self._clock = clock or Clock()

    def missing(self, wanted: Properties) -> Properties:
        """Return the wanted fields that the app has not, by code."""
        present = self._form(_FIELDS).fields
        return {code: field for code, field in wanted.items() if code not in present}

    def add(self, fields: Properties) -> None:
        """Add fields and put them into operation; AppSetupError if others' changes wait for that.

        What was added and could not be put into operation waits for it in the app's settings.
        """
        staged, live = self._form(_STAGED), self._form(_FIELDS)
        if staged.revision != live.revision:
            raise AppSetupError(_changes_wait(self._app))
        content = {"app": self._app, "properties": fields, "revision": staged.revision}
        added = Request("POST", _STAGED, self._app, content, idempotent=False)
        revision = self._client.call(added, lambda answer: whole_number(answer["revision"]))
        settings = {"apps": [{"app": self._app, "revision": revision}]}
        self._client.call(Request("POST", _DEPLOYMENT, self._app, settings), dict)
        self._wait()

    def _wait(self) -> None:
        """Wait until the settings are in operation; AppSetupError if they do not get there."""
        until = self._clock.monotonic() + _PATIENCE_S
        asked = Request("GET", _DEPLOYMENT, self._app, {"apps": [self._app]})
        while (status := self._client.call(asked, _status)) == "PROCESSING":
            if self._clock.monotonic() > until:
                break
            self._clock.sleep(_PAUSE_S)
        if status != "SUCCESS":
            raise AppSetupError(_not_deployed(self._app, status))

    def _form(self, name: str) -> _Form:
        request = Request("GET", name, self._app, {"app": self._app})
        return self._client.call(request, _form)


def _form(answer: Mapping[str, Any]) -> _Form:
    return _Form(dict(answer["properties"]), whole_number(answer["revision"]))


def _status(answer: Mapping[str, Any]) -> str:
    (told,) = answer["apps"]
    return str(told["status"])


def _changes_wait(app: int) -> Text:
    return Text(
        f"アプリ {app} に、まだ反映されていない設定の変更があります。Kintone のアプリの設定画面で"
        "「アプリを更新」か「変更を中止」を押してから、もう一度実行してください",
        f"app {app} has changes of its settings that are not in operation yet: press Update App or "
        "Discard Changes in its settings, then try again",
    )


def _not_deployed(app: int, status: str) -> Text:
    return Text(
        f"アプリ {app} にフィールドを追加しましたが、運用環境に反映されていません（{status}）。"
        "Kintone のアプリの設定画面で「アプリを更新」を押してください",
        f"the fields of app {app} are added, but not in operation ({status}): press Update App in "
        "its settings",
    )
