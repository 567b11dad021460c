"""Recorded calls played to a server by REST, as any other telephony would, but marked DEMO."""

from collections.abc import Sequence

from callrisk.integrations.amazon.contact_lens import ContactLens
from callrisk.replay.player import OnPlayed, PlayedEvent
from callrisk.wire.client import LiveApi, LiveApiError

_ENDS = ("COMPLETED", "FAILED")


class ProductionError(RuntimeError):
    """The server is one for real calls, among which a recording has no place."""


def to_server(server: LiveApi) -> OnPlayed:
    """Return a receiver that sends calls to a server; ProductionError when it is in production."""
    _refuse_production(server)
    lens = ContactLens()

    def receive(played: Sequence[PlayedEvent]) -> None:
        for event in played:
            _send(server, event, lens)

    return receive


def _send(server: LiveApi, played: PlayedEvent, lens: ContactLens) -> None:
    call_id, recording = played.call.call_id, played.call.recording
    if played.number == 0:
        server.start_call(call_id, recording.customer_id, recording.agent_id, demo=True)
    event = played.parsed(lens)
    if event is None:
        return
    if event.turns:
        server.add_segments(call_id, event.turns)
    if event.kind in _ENDS:
        server.end_call(call_id)


def _refuse_production(server: LiveApi) -> None:
    try:
        environment = server.health().environment
    except LiveApiError as error:
        if error.unreachable:
            where = (
                f"{server.address} が応答しません。起動するか、--url で指定してください / "
                "it does not answer: start it, or name it with --url"
            )
            raise LiveApiError(f"{where} ({error.__cause__!r})") from error
        raise
    if environment == "production":
        raise ProductionError(
            f"{server.address} は本番です。録音が本物の通話と混ざるため、--url で別のサーバーを指定"
            f"してください / {server.address} is in production: recorded calls would stand among "
            "real ones; name another server with --url"
        )
