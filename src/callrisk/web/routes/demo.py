"""The replay of recorded calls, in development."""

from http import HTTPStatus

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.wording import Text
from callrisk.web.access.guards import needs
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.refusal_words import refuse
from callrisk.wire.demo import DemoStarted, DemoState, DemoStopped
from callrisk.wire.requests import DemoCall

demo = APIBlueprint("demo", __name__, url_prefix="/api/demo", tag="demo")
_NO_DEMO = Text("本番にデモの通話はありません。", "There are no demo calls in production.")
_NO_RECORDINGS = Text("再生できる録音がありません。", "There are no recorded calls to play.")


@demo.get("")
@answers(DemoState, HTTPStatus.NOT_FOUND)
@needs(Operation.PLAY_DEMO)
def get_demo() -> DemoState:
    """Return the state of the replay of recorded calls."""
    replay = app_state().replay
    if replay is None:
        refuse(HTTPStatus.NOT_FOUND, _NO_DEMO)
    return DemoState.of_value(replay)


@demo.post("/calls")
@answers(DemoStarted, HTTPStatus.NOT_FOUND, status=HTTPStatus.CREATED)
@takes(DemoCall)
@needs(Operation.PLAY_DEMO)
def start_demo_call(json_data: DemoCall) -> DemoStarted:
    """Play a recorded call, marked DEMO."""
    replay = app_state().replay
    if replay is None or not replay.available:
        refuse(HTTPStatus.NOT_FOUND, _NO_RECORDINGS)
    return DemoStarted(call_id=replay.play(json_data.agent_id))


@demo.post("/stop")
@answers(DemoStopped)
@needs(Operation.PLAY_DEMO)
def stop_demo() -> DemoStopped:
    """Stop every replay, and end the calls that it plays."""
    replay = app_state().replay
    return DemoStopped(stopped=0 if replay is None else replay.stop())
