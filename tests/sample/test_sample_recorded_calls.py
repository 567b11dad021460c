"""Recorded calls are what Contact Lens would have sent while they were spoken."""

import uuid
from itertools import pairwise

import pytest

from callrisk.sample import generate

COMMON = {
    "Version", "Channel", "AccountId", "InstanceId", "ContactId", "LanguageCode", "EventType",
}  # fmt: skip
UTTERANCE = {
    "Id", "TranscriptId", "ParticipantId", "ParticipantRole", "PartialContent",
    "BeginOffsetMillis", "EndOffsetMillis",
}  # fmt: skip
TRANSCRIPT = {
    "Id", "ParticipantId", "ParticipantRole", "Content", "BeginOffsetMillis", "EndOffsetMillis",
}  # fmt: skip


@pytest.fixture(params=range(12))
def call(request, sample):
    return sample.recorded_calls[request.param]


def segments(call, kind):
    return [
        (arrival, segment[kind])
        for arrival, event in call.events
        for segment in event.get("Segments", [])
        if kind in segment
    ]


def test_a_call_starts_has_segments_and_completes(call):
    """STARTED first, COMPLETED last, only SEGMENTS between, each with the common fields."""
    types = [event["EventType"] for _, event in call.events]

    assert types[0] == "STARTED"
    assert types[-1] == "COMPLETED"
    assert set(types[1:-1]) == {"SEGMENTS"}
    for _, event in call.events:
        assert set(event) - {"Segments"} == COMMON
        assert ("Segments" in event) == (event["EventType"] == "SEGMENTS")
        assert (event["Version"], event["Channel"]) == ("1.0.0", "VOICE")
        assert event["LanguageCode"] == "ja-JP"
        assert event["ContactId"] == call.contact_id == str(uuid.UUID(call.contact_id))


def test_a_call_lasts_two_to_eight_minutes(call):
    """Long enough to see the score move, short enough to watch."""
    assert 120_000 <= call.duration_ms <= 480_000


def test_events_arrive_one_after_the_other(call):
    """Arrival never goes back, and nothing arrives before it was spoken."""
    arrivals = [arrival for arrival, _ in call.events]

    assert arrivals == sorted(arrivals)
    for kind in ("Utterance", "Transcript"):
        assert all(arrival >= one["EndOffsetMillis"] for arrival, one in segments(call, kind))


def test_every_segment_has_the_fields_of_its_kind(call):
    """Exactly one key a segment, the documented fields in it, and no others."""
    for _, event in call.events:
        assert all(len(segment) == 1 for segment in event.get("Segments", []))
    for _, piece in segments(call, "Utterance"):
        assert set(piece) == UTTERANCE
    for _, turn in segments(call, "Transcript"):
        assert set(turn) - {"Sentiment"} == TRANSCRIPT
        assert turn.get("Sentiment", "NEUTRAL") in {"POSITIVE", "NEUTRAL", "NEGATIVE"}
        assert turn["ParticipantId"] == turn["ParticipantRole"]
        assert turn["ParticipantRole"] in {"AGENT", "CUSTOMER"}
        assert 0 <= turn["BeginOffsetMillis"] < turn["EndOffsetMillis"]
        assert turn["Content"]
        assert "{" not in turn["Content"]


def test_ids_of_turns_and_pieces_are_their_own(call):
    """No two turns and no two pieces share an id."""
    ids = [one["Id"] for kind in ("Utterance", "Transcript") for _, one in segments(call, kind)]

    assert len(ids) == len(set(ids))


def test_pieces_join_to_their_turn_and_come_before_it(call):
    """Pieces are consecutive, do not overlap, and together are the turn that replaces them."""
    turns = {turn["Id"]: (arrival, turn) for arrival, turn in segments(call, "Transcript")}
    pieces = {}
    for arrival, piece in segments(call, "Utterance"):
        pieces.setdefault(piece["TranscriptId"], []).append((arrival, piece))

    assert pieces
    for turn_id, heard in pieces.items():
        arrival, turn = turns[turn_id]
        assert "".join(piece["PartialContent"] for _, piece in heard) == turn["Content"]
        assert heard[0][1]["BeginOffsetMillis"] == turn["BeginOffsetMillis"]
        assert heard[-1][1]["EndOffsetMillis"] == turn["EndOffsetMillis"]
        assert all(
            one[1]["EndOffsetMillis"] == two[1]["BeginOffsetMillis"] for one, two in pairwise(heard)
        )
        assert all(arrived < arrival for arrived, _ in heard)


def test_nobody_talks_over_themselves(call):
    """Turns of one speaker follow each other; only different speakers overlap."""
    for role in ("AGENT", "CUSTOMER"):
        spoken = sorted(
            (turn["BeginOffsetMillis"], turn["EndOffsetMillis"])
            for _, turn in segments(call, "Transcript")
            if turn["ParticipantRole"] == role
        )
        assert all(first[1] <= second[0] for first, second in pairwise(spoken))


def test_speech_has_the_pace_of_speech(call):
    """About five characters a second, as in a real export."""
    turns = [turn for _, turn in segments(call, "Transcript")]
    spoken_s = sum(turn["EndOffsetMillis"] - turn["BeginOffsetMillis"] for turn in turns) / 1000

    assert 4.0 < sum(len(turn["Content"]) for turn in turns) / spoken_s < 6.5


def test_the_customer_is_in_the_customers_table(call, customers):
    """Every recorded call belongs to a record that can be looked up."""
    assert int(call.customer_id) in {row["レコード番号"] for row in customers}


def test_low_medium_and_high_risk_are_recorded_four_times_each(sample):
    """The score of the true risk lies in each category four times, and nobody is called twice."""
    truth = sample.truth()
    usual = sum(one["probability"] for one in truth["customers"].values()) / 339
    usual_odds = usual / (1 - usual)
    doublings = [
        one["probability"] / (1 - one["probability"]) / usual_odds
        for one in truth["recorded_calls"].values()
    ]

    assert sum(odds >= 2 for odds in doublings) == 4
    assert sum(odds < 2**-0.5 for odds in doublings) == 4
    assert len({call.customer_id for call in sample.recorded_calls}) == 12


def test_the_calls_hold_what_live_calls_hold(sample):
    """Overlaps, holds of some seconds, rules that matched, turns without a sentiment."""
    overlaps = silences = categories = unlabelled = 0
    for call in sample.recorded_calls:
        turns = sorted(
            (turn["BeginOffsetMillis"], turn["EndOffsetMillis"], "Sentiment" in turn)
            for _, turn in segments(call, "Transcript")
        )
        overlaps += sum(two[0] < one[1] for one, two in pairwise(turns))
        silences += sum(two[0] - one[1] > 5000 for one, two in pairwise(turns))
        unlabelled += sum(not turn[2] for turn in turns)
        categories += len(segments(call, "Categories"))

    assert overlaps > 50
    assert silences >= 6
    assert 10 < unlabelled < 100
    assert categories > 20


def test_a_matched_rule_points_at_a_turn_of_the_call(sample):
    """Categories carry the documented fields and the time of a turn."""
    for call in sample.recorded_calls:
        times = {
            (turn["BeginOffsetMillis"], turn["EndOffsetMillis"])
            for _, turn in segments(call, "Transcript")
        }
        for _, matched in segments(call, "Categories"):
            assert list(matched["MatchedDetails"]) == matched["MatchedCategories"]
            for details in matched["MatchedDetails"].values():
                for point in details["PointsOfInterest"]:
                    assert (point["BeginOffsetMillis"], point["EndOffsetMillis"]) in times


def test_a_small_sample_records_fewer_calls():
    """Nobody is recorded twice, so few customers make few recordings."""
    assert len(generate(24, 24).recorded_calls) == 12
    assert len(generate(24, 24, auc=0.5).recorded_calls) == 12
