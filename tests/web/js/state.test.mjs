/** The page's state: each event does what it says, repeats and older news change nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { initialState, reduce } from "../static/js/state.js";

const CALL = { call_id: "c1", customer_id: "1001", agent_id: "a1", status: "active", started_at: "2026-04-01T00:00:00Z" };
const after = (state, ...events) => events.reduce((now, [type, payload]) => reduce(now, { type, payload }), state);
const running = (...events) => after(initialState, ["call_started", CALL], ["selected", "c1"], ...events);
const score = (seq, points, more = {}) => ({
  call_id: "c1", seq, timestamp: `2026-04-01T00:00:0${seq}Z`, elapsed_s: seq, risk_score: points,
  risk_category: "medium", state: "live", ...more,
});
const turn = (id, begin, text, provisional = false) =>
  ({ call_id: "c1", segment_id: id, begin_ms: begin, text, provisional });
const entry = (state) => state.calls.get("c1");
const texts = (state) => entry(state).segments.map((segment) => segment.text);

describe("what the page itself notices", () => {
  test("an unknown event changes nothing", () => {
    const state = running();
    assert.equal(reduce(state, { type: "from_a_newer_server", payload: {} }), state);
  });

  test("the moment of a lost connection is that of the first of many", () => {
    const state = after(initialState, ["connected"], ["disconnected", 5], ["disconnected", 9]);
    assert.deepEqual([state.connected, state.downSince], [false, 5]);
    assert.equal(after(state, ["connected"]).downSince, null);
  });

  test("a selected call is to be read again, each selection is counted", () => {
    const state = after(running(["call_read", CALL]), ["selected", "c1"]);
    assert.deepEqual([entry(state).loaded, state.selection], [false, 2]);
  });

  const S1 = { segmentId: "s1" };
  test("a turn is pointed at until another call is selected, and twice is news", () => {
    const [once, twice] = [running(["pointed_at", S1]), running(["pointed_at", S1], ["pointed_at", S1])];
    assert.deepEqual([once.pointedAt, after(once, ["selected", "c2"]).pointedAt], [{ segmentId: "s1", place: null }, null]);
    assert.notEqual(once.pointedAt, twice.pointedAt);
  });

  test("a whole number is shown for half a minute, of the call that is open and its customer", () => {
    const whole = { call_id: "c1", phone: "050-0000-1001" };
    const shown = running(["tick", 1000], ["phone_revealed", whole]);
    const numbers = [
      shown, after(shown, ["tick", 30_999]), after(shown, ["tick", 31_000]), after(shown, ["phone_hidden"]),
      after(shown, ["selected", "c2"]), after(shown, ["customer_changed", { call_id: "c1", customer_id: "1002" }]),
      after(shown, ["customer_changed", { call_id: "c2", customer_id: "1002" }]),
      running(["phone_revealed", { ...whole, call_id: "c2" }]),
    ].map(({ revealed }) => revealed?.phone ?? null);
    assert.deepEqual(numbers, [whole.phone, whole.phone, null, null, null, null, whole.phone, null]);
  });

  test("a message leaves by itself, an error waits and is there once", () => {
    const error = { kind: "error", status: 500, detail: "x" };
    const state = after(initialState, ["tick", 0], ["toast", { kind: "message" }], ["toast", error], ["toast", error]);
    assert.deepEqual(state.toasts.map(({ kind }) => kind), ["message", "error"]);
    const later = after(state, ["tick", 6000]);
    assert.deepEqual(later.toasts.map(({ kind }) => kind), ["error"]);
    assert.deepEqual(after(later, ["toast_closed", later.toasts[0].id]).toasts, []);
  });
});

describe("a wallboard, which is told rows alone", () => {
  const row = (id, more = {}) => ({ call_id: id, agent_id: "a1", customer_id: "1001", demo: false,
    started_at: "2026-04-01T00:00:00Z", ended_at: null, alerted: false, escalated: false, assessment_seq: 4, change_points: 0,
    state: "live", risk_score: 72, risk_category: "high", risk_label: "高リスク", risk_label_en: "High risk", ...more });
  const told = (complete, ...rows) => ["wallboard_changed", { through_seq: 9, complete, rows }];
  const shown = (state) => [...state.calls.values()].map(({ info, headline }) => [info.call_id, info.status, headline?.risk_score]);
  const board = (...events) => shown(after({ ...initialState, rowsAlone: true }, ...events));

  test("lists calls by their rows, also those that begin and end", () => {
    assert.deepEqual(board(told(true, row("c1")), told(false, row("c2"))), [["c1", "active", 72], ["c2", "active", 72]]);
    assert.deepEqual(board(told(true, row("c1")), told(false, row("c1", { ended_at: "2026-04-01T00:01:00Z" }))), [["c1", "ended", 72]]);
  });

  test("drops what is over when all rows come anew", () => {
    assert.deepEqual(board(told(true, row("c1"), row("c2")), told(true, row("c2"))), [["c2", "active", 72]]);
  });
});

describe("what REST answers", () => {
  test("health tells how far this machine's clock is ahead", () => {
    const state = after(initialState, ["tick", 11_000], ["health_read", { timestamp: "1970-01-01T00:00:10Z", checks: {} }]);
    assert.equal(state.clockSkewMs, 1000);
  });

  test("news of the sources changes those checks alone, and none before health was read", () => {
    const checks = { kinesis: { status: "late" } };
    const read = { timestamp: "1970-01-01T00:00:00Z", checks: { kinesis: { status: "ok" }, model: { status: "ok" } } };
    const state = after(initialState, ["health_read", read], ["sources_changed", { checks }]);
    assert.deepEqual(state.health.checks, { kinesis: { status: "late" }, model: { status: "ok" } });
    assert.equal(after(initialState, ["sources_changed", { checks }]), initialState);
  });

  test("a whole call brings its turns, notes and course", () => {
    const whole = { ...CALL, segments: [turn("s1", 0, "one")], assessments: [score(2, 50), score(1, 40)],
      notes: [{ call_id: "c1", note_id: 1, text: "n" }], assessment: score(2, 50) };
    const state = running(["call_read", whole]);
    assert.deepEqual(entry(state).trend.map(({ seq }) => seq), [1, 2]);
    assert.deepEqual([texts(state), entry(state).notes.length, entry(state).loaded], [["one"], 1, true]);
  });

  test("a list of calls sets the state synced, and forgetting empties it", () => {
    const state = after(initialState, ["calls_read", { calls: [CALL] }]);
    assert.deepEqual([[...state.calls.keys()], state.synced], [["c1"], true]);
    assert.deepEqual(after(state, ["forgotten"]).calls, new Map());
  });

  test("whether there is a replay is what was read last", () => {
    assert.deepEqual(after(initialState, ["demo_read", { running: true }]).demo, { running: true });
  });
});

describe("scores", () => {
  test("an older score never replaces a newer one but takes its place in the course", () => {
    const state = running(["risk_score_update", score(3, 60)], ["risk_score_update", score(1, 40)]);
    assert.equal(entry(state).assessment.risk_score, 60);
    assert.deepEqual(entry(state).trend.map(({ risk_score }) => risk_score), [40, 60]);
  });

  test("a score that comes twice stands once in the course", () => {
    const state = running(["risk_score_update", score(1, 40)], ["risk_score_update", score(1, 40)]);
    assert.equal(entry(state).trend.length, 1);
  });

  test("an answer without a score adds no point to the course", () => {
    assert.deepEqual(entry(running(["risk_score_update", score(1, null)])).trend, []);
  });

  test("a call that nobody looks at keeps its score and no course", () => {
    const state = after(initialState, ["call_started", CALL], ["risk_score_update", score(1, 40)]);
    assert.deepEqual([entry(state).assessment.risk_score, entry(state).trend], [40, []]);
  });

  test("a score of a call that is not listed makes no entry", () => {
    const state = running();
    assert.equal(after(state, ["risk_score_update", { ...score(1, 40), call_id: "gone" }]), state);
  });
});

describe("rows of all calls", () => {
  const row = (seq, points, more = {}) => ({ call_id: "c1", assessment_seq: seq, state: "live", risk_score: points,
    risk_category: "high", risk_label: "高", risk_label_en: "High", change_points: 5, last_seq: seq, ...more });
  const told = (...rows) => ["wallboard_changed", { rows }];
  const listed = (...events) => after(initialState, ["call_started", CALL], ...events);

  test("a newer score of a call that is not open takes the place of the assessment", () => {
    const { headline, assessment } = entry(listed(["risk_score_update", score(1, 40)], told(row(2, 80))));
    assert.deepEqual([headline.risk_score, headline.seq, headline.change], [80, 2, { points: 5 }]);
    assert.equal(assessment, null);
  });

  test("the open call keeps its assessment, and any call one that is as new as the row", () => {
    assert.equal(entry(running(["risk_score_update", score(1, 40)], told(row(2, 80)))).assessment.seq, 1);
    assert.equal(entry(listed(["risk_score_update", score(2, 80)], told(row(2, 80)))).assessment.seq, 2);
  });

  test("an older row, one without a score and one of an unknown call change nothing", () => {
    const state = listed(told(row(3, 80)));
    assert.deepEqual([...after(state, told(row(2, 10), row(9, 9, { call_id: "gone" }))).calls], [...state.calls]);
    assert.equal(entry(listed(told(row(null, null)))).headline, null);
  });
});

describe("why the score moved", () => {
  const span = { from: 1, to: 3, anchor: 3, head: 3 };
  const opened = [["call_read", CALL], ["selected", "c1"]];
  const read = (asked, changes) => ["moved_read", { callId: "c1", span: asked, changes }];

  test("an answer belongs to the span that was asked, a late one about another is dropped", () => {
    const state = running(...opened, ["span_chosen", span], read(span, { points: 4 }));
    assert.deepEqual(state.moved, { changes: { points: 4 }, failed: null });
    const other = after(state, ["span_chosen", { ...span, to: 5 }], read(span, {}));
    assert.equal(other.moved, null);
  });

  test("without a span it is asked since the call began, and so it is again after another call was opened", () => {
    const state = running(...opened, read(null, { points: 9 }));
    assert.deepEqual([state.span, state.moved.changes], [null, { points: 9 }]);
    const other = after(state, ["span_chosen", span], ["selected", "c2"], read(null, { points: 1 }));
    assert.deepEqual([other.span, other.moved], [null, null]);
  });

  test("a failure is kept until it is asked again", () => {
    const failed = running(...opened, ["span_chosen", span], ["moved_failed", { callId: "c1", span, status: 500 }]);
    assert.deepEqual([failed.moved.failed, after(failed, ["moved_forgotten"]).moved], [500, null]);
  });
});

describe("advice", () => {
  const advice = (action, text) => ({ action, text, priority: 1 });

  test("its words are kept when the server leaves it out", () => {
    const state = running(["risk_score_update", score(1, 40, { recommendations: [advice("ask", "x")] })],
      ["risk_score_update", score(2, 40, { recommendations: [] })]);
    assert.deepEqual([entry(state).assessment.recommendations, entry(state).plays.get("ask").text], [[], "x"]);
  });

  test("without a model it is kept apart from the score", () => {
    const state = running(["advice_changed", { call_id: "c1", seq: 4, recommendations: [advice("ask", "x")] }]);
    assert.deepEqual([entry(state).assessment, entry(state).advised.seq, entry(state).plays.get("ask").text], [null, 4, "x"]);
  });
});

describe("turns", () => {
  test("a finished turn replaces its provisional piece, which never comes back", () => {
    const piece = ["transcript_segment", turn("s1", 0, "hal", true)];
    const state = running(piece, ["transcript_segment", turn("s1", 0, "half a word")], piece);
    assert.deepEqual(texts(state), ["half a word"]);
  });

  test("turns stand in the order in which they were said, however they come, each once", () => {
    const [one, two, three] = [turn("s1", 0, "1"), turn("s2", 10, "2"), turn("s3", 20, "3")];
    const news = [three, one, two, one, three].map((segment) => ["transcript_segment", segment]);
    assert.deepEqual(texts(running(...news)), ["1", "2", "3"]);
  });

  test("a correction replaces the statements of its turn, a repeated turn adds none", () => {
    const [wrong, right] = [["inability"], ["capacity"]].map((statements) => ["transcript_segment", { ...turn("s1", 0, "x"), statements }]);
    const state = running(wrong, wrong, ["transcript_segment", turn("s2", 9, "y")], right);
    assert.deepEqual(entry(state).segments.map(({ statements }) => statements), [["capacity"], undefined]);
  });

  test("a turn of a call that nobody looks at is not kept", () => {
    assert.deepEqual(texts(after(initialState, ["call_started", CALL], ["transcript_segment", turn("s1", 0, "x")])), []);
  });
});

describe("the end of a call", () => {
  const ended = ["call_ended", { call_id: "c1", summary: { ended_at: "2026-04-01T00:05:00Z", duration: 300 } }];

  test("it takes the provisional pieces and the alert along", () => {
    const state = running(["alert", { call_id: "c1" }], ["transcript_segment", turn("s1", 0, "hal", true)], ended);
    assert.deepEqual([texts(state), state.alerts, entry(state).info.duration_s], [[], [], 300]);
  });

  test("older news that the call is active is ignored", () => {
    assert.equal(entry(running(ended, ["call_started", CALL])).info.status, "ended");
  });

  test("a summary that changes later is shown", () => {
    const summary = { duration: 301, ended_at: "2026-01-01T00:05:01.000Z" };
    const { info } = entry(running(ended, ["summary_changed", { call_id: "c1", summary }]));
    assert.deepEqual([info.summary.duration, info.duration_s, info.ended_at], [301, 301, summary.ended_at]);
  });

  test("a call whose analysis broke off goes on, and says since when", () => {
    const lost = "2026-01-01T00:01:00.000Z";
    const { info } = entry(running(["analysis_lost", { call_id: "c1", analysis_lost_at: lost }]));
    assert.deepEqual([info.status, info.analysis_lost_at], ["active", lost]);
  });

  test("a call may have any id, and an event any name", () => {
    const ids = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "0", " ", "通話"];
    const calls = ids.map((call_id) => ({ ...CALL, call_id }));
    const state = after(initialState, ["calls_read", { calls }], ["selected", "__proto__"], ["constructor", {}], ["__proto__", {}],
      ["note_added", { note_id: "n", call_id: "__proto__", kind: "note" }], ["note_added", { note_id: "n", call_id: "unknown" }]);
    assert.deepEqual([...state.calls.keys()], ids);
    assert.equal(state.calls.get("__proto__").notes.length, 1);
  });

  test("only the newest twenty ended calls stay, and the one that is looked at", () => {
    const calls = Array.from({ length: 25 }, (_, number) => ({ ...CALL, call_id: `old-${number}`, status: "ended",
      ended_at: `2026-03-01T00:00:${String(number).padStart(2, "0")}Z` }));
    const state = after(initialState, ["calls_read", { calls }], ["selected", "old-0"]);
    assert.equal(state.calls.size, 21);
    assert.ok(state.calls.has("old-0") && state.calls.has("old-24") && !state.calls.has("old-1"));
  });
});

describe("what else is pushed", () => {
  test("an alert is told once a call", () => {
    const state = running(["alert", { call_id: "c1" }], ["alert", { call_id: "c1" }]);
    assert.deepEqual([state.alerts.length, entry(state).info.alerted], [1, true]);
  });

  test("a note and an escalation are there once each", () => {
    const [note, raised] = [{ call_id: "c1", note_id: 1 }, { call_id: "c1", note_id: 2 }];
    const state = running(["note_added", note], ["note_added", note], ["escalation", raised], ["escalation", raised]);
    assert.deepEqual([entry(state).notes, entry(state).info.escalated], [[note, raised], true]);
  });

  test("categories gather without repeats", () => {
    const state = running(...[["x"], ["x", "y"]].map((categories) => ["categories_matched", { call_id: "c1", categories }]));
    assert.deepEqual(entry(state).info.categories, ["x", "y"]);
  });

  test("customer, contact summary and gap are those told last", () => {
    const state = running(
      ["customer_changed", { call_id: "c1", customer_id: "1002", customer_data: { name: "仮名" }, customer_search: null }],
      ["contact_summary", { call_id: "c1", contact_summary: "要約" }], ["gap_changed", { call_id: "c1", has_gap: true }],
    );
    const { customer_id: id, contact_summary: summary, has_gap: gap } = entry(state).info;
    assert.deepEqual([id, summary, gap], ["1002", "要約", true]);
  });
});
