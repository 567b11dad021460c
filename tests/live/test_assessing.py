"""What an assessment shows: the strongest lines, the rest of them, and what is missing."""

from dataclasses import replace
from math import inf, isnan

import pytest

from callrisk.artifacts import champion, load_version
from callrisk.domain.assessment import Assessment
from callrisk.domain.event_types import Source
from callrisk.live.assessment.assessing import assess
from callrisk.live.assessment.assessment_rows import shown_of
from callrisk.live.served_model import ServedModel
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.model import RiskModel
from callrisk.model.members import LinearMember
from callrisk.store.calls import NewCall
from harness.live_bench import Bench, turn
from harness.small_world import World

SAID = (
    "そんな請求は払いません", "今月は厳しくて払えません", "弁護士に相談します",
    "消費者センターに言います", "お金がないんです", "契約した覚えがありません",
    "解約したいです", "失業して収入がありません",
)  # fmt: skip


@pytest.fixture(scope="module")
def model(world: World) -> RiskModel:
    """The model of the small world."""
    serving = champion(world.settings.models_dir)
    assert serving is not None
    return load_version(world.settings.models_dir, serving.version)


def assessed(bench: Bench, call_id: str, model: RiskModel) -> Assessment:
    """The assessment of a call by a model."""
    served, playbook = ServedModel(model), ServedPlaybook()
    call = bench.live.call(call_id)
    (found,) = assess([call], served, playbook, bench.clock())
    return shown_of(call, found)


@pytest.mark.parametrize("of_model", [False, True])
@pytest.mark.parametrize("of_call", [False, True])
def test_what_rests_on_fiction_is_a_demo(
    of_model: bool, of_call: bool, bench: Bench, model: RiskModel
) -> None:
    """A demo call under a real model, and a real call under a demo model."""
    bench.intake.start(NewCall("c1", None, "agent-1", Source.REST, of_call, bench.clock()))

    found = assessed(bench, "c1", replace(model, demo=of_model))
    assert found.demo == (of_model or of_call)


def test_four_lines_of_what_is_known_are_shown_and_the_rest_is_one_figure(
    bench: Bench, model: RiskModel
) -> None:
    """Of six fields the four strongest; the two others take points away."""
    bench.start("c1")
    call = bench.live.call("c1")
    served = ServedModel(model)
    (row,) = served.matrix(
        [call.state.totals()], [call.history], [call.customer], [call.stored.started_at]
    )
    fields = {
        feature.name.partition("=")[0]: n
        for n, feature in enumerate(served.features)
        if not feature.is_said and not isnan(row[n])
    }
    columns = tuple(fields.values())[:6]
    # Each value is 1 above its centre, so its weight is what it contributes.
    member = LinearMember(
        columns, (0.9, 0.8, 0.7, 0.6, -0.5, -0.4), tuple(row[n] - 1 for n in columns),
        (-inf,) * 6, (inf,) * 6, 0.0,
    )  # fmt: skip
    by_hand = replace(model, members=(member,), typical=(None,) * len(served.features))
    found = assessed(bench, "c1", by_hand)

    assert len(columns) == 6
    names = [line.feature.partition("=")[0] for line in found.contributions]
    assert names == [list(fields)[n] for n in range(4)]
    assert found.other_points < 0
    shown = sum(line.points for line in found.contributions)
    assert found.start_points + shown + found.other_points + found.cap_points == found.risk_score
    assert found.factors == tuple(line.reason for line in found.contributions[:3])


def test_five_lines_of_what_was_said_are_shown_and_three_are_factors(
    bench: Bench, model: RiskModel
) -> None:
    """The strongest, however many statements there are."""
    bench.start("c1", None)
    bench.intake.add_segments("c1", [turn(n, text) for n, text in enumerate(SAID)])
    bench.live.step()
    found = assessed(bench, "c1", model)
    points = sorted((abs(one.points) for one in found.statements if one.points), reverse=True)
    lines = [line for line in found.contributions if line.feature.startswith("said.")]

    assert len(points) > 5
    assert [abs(line.points) for line in lines] == points[:5]
    assert len(found.factors) == 3
    assert found.other_points == found.said_points - sum(line.points for line in lines)


def test_what_gives_no_points_is_no_factor(bench: Bench, model: RiskModel) -> None:
    """The line that says that there is no record explains no score."""
    bench.start("c1", None)
    bench.intake.add_segments("c1", [turn(0, SAID[0])])
    bench.live.step()
    found = assessed(bench, "c1", model)

    assert [line.feature for line in found.contributions] == ["said.refusal", "record"]
    assert len(found.factors) == 1


@pytest.mark.parametrize(("timed", "expected"), [(0, True), (1, True), (2, False)])
def test_times_are_missing_where_some_turns_have_none(
    timed: int, expected: bool, bench: Bench, model: RiskModel
) -> None:
    """Half of the times are not enough."""
    bench.start("c1")
    turns = [turn(0), turn(1)]
    untimed = [replace(one, begin_ms=None, end_ms=None) for one in turns[timed:]]
    bench.intake.add_segments("c1", [*turns[:timed], *untimed])
    bench.live.step()

    assert ("times" in assessed(bench, "c1", model).quality.missing) == expected
