/** The course as it is drawn: axis, line, marks, chosen spans, the table, and why the score moved. */
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, notingActions, saidOf, stateOf, texts, turnOf } from "./page.mjs";
import { axisOf } from "../../static/js/view/course/trend_drawing.js";
import { movedView } from "../../static/js/view/course/moved.js";
import { trendView } from "../../static/js/view/course/trend.js";
import { sinceMoment, spanBetween } from "../../static/js/moments.js";

const point = (seq, elapsed_s, risk_score, state = "live") => ({ seq, elapsed_s, risk_score, state, timestamp: "2026-04-01T00:58:00Z" });
const TREND = [point(1, 0, 50, "listening"), point(2, 50, 50), point(3, 75, 62), point(4, 100, 58)];
const ONE = saidOf({ strength: 2 });
const SEGMENTS = [turnOf({ begin_ms: 60_000, end_ms: 70_000, statements: [ONE], sentiment: "NEGATIVE" }),
  turnOf({ segment_id: "s2", role: "AGENT", begin_ms: 80_000, end_ms: 80_100, sentiment_estimate: "POSITIVE" })];
const JUDGED = assessmentOf({ statements: [{ ...ONE, points: 12, open: true }] });
const ENTRY = callOf({ trend: TREND, segments: SEGMENTS, assessment: JUDGED });
const HEALTH = { model_version: "v1", thresholds: { medium_risk: 40, high_risk: 70 } };
let asked;
let actions;
let chart;
beforeEach(() => {
  freshPage();
  ({ asked, actions } = notingActions());
  chart = Object.assign(byId("trend"), { clientWidth: 562, place: { left: 100 } });
});
const drawn = (selector, ...names) => chart.querySelectorAll(selector).map((node) => names.map((name) => node.getAttribute(name)));

describe("the picture", () => {
  test("the axis lasts as long as the call, a minute at least, and a pixel is a moment of it", () => {
    const { xOf, secondsAt, last } = axisOf(TREND, 80, 562); // 500 pixels between the pads
    assert.deepEqual([last, xOf(0), xOf(100), secondsAt(7), secondsAt(257)], [100, 7, 507, 0, 50]);
    assert.deepEqual([axisOf(TREND, 130, 562).last, axisOf(TREND.slice(0, 1), 3, 562).last], [130, 60]);
  });

  test("the line is broken at the first verdict, and each change has its dot", () => {
    trendView(actions)(stateOf(ENTRY, { health: HEALTH }));
    assert.deepEqual(drawn("polyline", "class", "points"), [["trend-line before", "7.0,52.0 257.0,52.0"], ["trend-line", "257.0,52.0 382.0,41.2 507.0,44.8"]]);
    assert.deepEqual(drawn("circle", "class", "cx", "r"), [["trend-moment", "7", "2.5"], ["trend-moment verdict", "257", "3.5"],
      ["trend-moment", "382", "2.5"], ["trend-moment", "507", "2.5"], ["trend-now", "507", "4"]]);
    assert.deepEqual(drawn(".trend-stem", "x1", "y1", "y2"), [["357", "0", String(7 + (1 - 0.596) * 90)]]);
    assert.deepEqual(drawn(".trend-band", "data-category", "y", "height").map(([name, y, height]) => [name, Math.round(y), Math.round(height)]),
      [["low", 61, 36], ["medium", 34, 27], ["high", 7, 27]]);
    assert.deepEqual(drawn(".trend-band", "width")[0], ["514"]);
    assert.deepEqual(texts(chart.querySelectorAll(".trend-cut")).filter((words) => /^\d+$/.test(words)), ["40", "70"]);
    assert.deepEqual(texts(chart.querySelectorAll(".trend-tick")), ["00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30"]);
    assert.deepEqual(drawn(".trend-tick", "text-anchor").slice(0, 2), [["start"], ["middle"]]);
    assert.deepEqual(drawn(".trend-grid", "x1", "y1", "y2")[1], ["82", "7", "104"]);
    assert.deepEqual(drawn(".mood-piece", "data-mood", "data-estimate", "x", "width", "y", "height"),
      [["NEGATIVE", null, "307", "49", "128", "6"], ["POSITIVE", "true", "407", "3", "138", "6"]]);
    assert.deepEqual(drawn(".mood-line", "x2", "y1"), [["514", "128"], ["514", "144"]]);
    assert.deepEqual(drawn(".trend-span", "x"), []);
  });

  test("while only listened there is no verdict's line", () => {
    trendView(actions)(stateOf(callOf({ trend: TREND.slice(0, 1) })));
    assert.deepEqual([drawn("polyline", "points"), byId("trend-caption").textContent, byId("trend-hint").hidden], [[["7.0,52.0"], [""]], "", true]);
    assert.deepEqual(drawn(".trend-band", "x"), []);
  });

  test("a chosen span is shaded between its moments, which stand out", () => {
    trendView(actions)(stateOf(ENTRY, { span: spanBetween(3, 2) }));
    assert.deepEqual(drawn(".trend-span", "x", "width"), [["257", "125"]]);
    assert.deepEqual(drawn(".trend-rule", "x1"), [["257"], ["382"]]);
    assert.deepEqual(drawn(".trend-chosen", "data-seq", "r"), [["2", "5"], ["3", "5"]]);
    assert.deepEqual(["aria-valuemax", "aria-valuenow"].map((name) => chart.getAttribute(name)), ["3", "1"]);
  });
});

describe("the chart that is used", () => {
  const draw = (span = null) => trendView(actions)(stateOf(ENTRY, { health: HEALTH, span }));
  const spans = () => asked.map(([, span]) => span);

  test("a click chooses the nearest moment, with shift the span from the chosen one", () => {
    draw(sinceMoment(1));
    chart.click({ clientX: 100 + 300, shiftKey: false });
    chart.click({ clientX: 100 + 360, shiftKey: true });
    chart.click({ clientX: 100, shiftKey: true });
    assert.deepEqual(spans(), [sinceMoment(2), spanBetween(1, 3), sinceMoment(1)]);
  });

  test("keys step from the newest moment, or the chosen one; Escape takes the choice back", () => {
    const press = (key, span = null, shiftKey = false) => {
      asked.length = 0;
      freshPage();
      chart = byId("trend");
      draw(span);
      const { event } = chart.tell("keydown", { key, shiftKey });
      return [event.prevented, ...spans()];
    };
    assert.deepEqual(press("ArrowLeft"), [true, sinceMoment(3)]);
    assert.deepEqual(press("ArrowRight"), [true, sinceMoment(4)]);
    assert.deepEqual(press("Home", sinceMoment(3)), [true, sinceMoment(1)]);
    assert.deepEqual(press("ArrowUp", sinceMoment(2), true), [true, spanBetween(2, 3)]);
    assert.deepEqual(press("Escape", sinceMoment(2)), [true, null]);
    assert.deepEqual(press("Escape"), [false]);
    assert.deepEqual(press("a"), [false]);
  });

  test("it says its moment, course and caption, and nothing where there is no score", () => {
    draw();
    assert.deepEqual(["aria-valuenow", "aria-valuetext"].map((name) => chart.getAttribute(name)), ["0", "00:00, 50, ±0 since the point before"]);
    assert.equal(chart.getAttribute("aria-label"), "Course of the score: first 50, highest 62, lowest 50, 58 at 01:40.");
    assert.equal(byId("trend-caption").textContent, "first verdict 50 → now 58 (+8)");
    draw(sinceMoment(4));
    assert.equal(chart.getAttribute("aria-valuetext"), "01:40, 58, −4 since the point before");
    trendView(actions)(stateOf(callOf()));
    assert.equal(byId("course").hidden, true);
  });

  test("marks lead to their statement, and the table tells the same", () => {
    draw();
    const mark = byId("trend-marks").querySelector("button");
    assert.deepEqual([mark.textContent, mark.dataset.direction, byId("trend-marks").children[0].style.left], ["+12", "up", "357px"]);
    mark.click();
    assert.deepEqual(asked, [["pointAt", "s1", "s1/0-4/hardship"]]);
    assert.deepEqual(byId("course-rows").children.map((row) => texts(row.children).slice(0, 3)),
      [["00:00", "50 (before the verdict)", "–"], ["00:50", "50", "±0"], ["01:15", "62", "+12"], ["01:40", "58", "−4"]]);
    assert.match(byId("course-rows").children[2].textContent, /苦しいです/);
    mark.tell("focusin");
    assert.deepEqual([byId("tip").hidden, /苦しいです/.test(byId("tip").textContent)], [false, true]);
    byId("trend-marks").tell("focusin");
    assert.equal(byId("tip").hidden, true);
  });

  test("more than two statements on one place are told as their number and sum", () => {
    const statements = [[0, 3], [1, 2], [2, -1]].map(([begin, points]) => ({ ...ONE, begin, points, open: true }));
    trendView(actions)(stateOf(callOf({ trend: TREND, segments: [turnOf({ end_ms: 70_000, statements })], assessment: assessmentOf({ statements }) })));
    assert.deepEqual(linesOf("trend-marks"), ["3: +4"]);
    trendView(actions)(stateOf(callOf({ trend: TREND, segments: [turnOf({ end_ms: 70_000, statements: statements.slice(1) })], assessment: assessmentOf({ statements }) }, { call_id: "c2" })));
    assert.deepEqual(linesOf("trend-marks"), ["+2 −1"]);
  });
});

describe("why it moved", () => {
  const shown = (more = {}, entry = ENTRY) => {
    movedView(actions)(stateOf(entry, more));
    return [byId("moved").dataset.state, byId("moved-note").textContent, byId("moved-points").hidden, byId("moved-again").hidden, byId("moved-start").hidden];
  };
  const changed = (because, from = "live", to = "live", points = -3) =>
    ({ moved: { changes: { points, because, from: { state: from }, to: { state: to } }, failed: null } });
  const LINE = { feature: "said.hardship", points: -3, phrase: "苦しい", segment_id: "s1" };

  test("the note tells what is known of the span", () => {
    const none = [shown()[1], shown(changed([]))[1], shown(changed([], "listening"))[1], shown(changed([LINE], "listening"))[1], shown({ ...changed([LINE], "listening"), span: sinceMoment(2) })[1]];
    assert.deepEqual(none, ["Looking it up…", "The score did not move in between.", "The first verdict fell in between; the score did not move.", "", "The first verdict fell in between."]);
    assert.deepEqual(shown({ moved: { changes: null, failed: 500 } }), ["failed", "The reasons could not be read.", true, false, true]);
    assert.deepEqual(shown({ span: sinceMoment(4) }), ["first", "This is the newest moment. The score has not moved since.", true, true, false]);
    assert.deepEqual(shown({}, callOf({ trend: TREND.slice(0, 1) })), ["first", "This is the first score; there is none before it.", true, true, true]);
  });

  test("each line has its points; one whose turn is there leads to it", () => {
    const state = shown(changed([LINE, { ...LINE, segment_id: "gone", points: 0 }, { feature: "x", label: "L", label_en: "Calls", points: 2 }]));
    assert.deepEqual([state[0], state[2], byId("moved-points").textContent, byId("moved-points").dataset.direction], ["shown", false, "−3", "down"]);
    const lines = byId("moved-lines").children;
    assert.deepEqual(lines.map((line) => [line.getAttribute("data-direction"), line.querySelector("button").hidden, line.querySelector("[data-slot=text]").hidden]),
      [["down", false, true], ["level", true, false], ["up", true, false]]);
    assert.match(lines[2].textContent, /^\s*Calls\s*\+2/);
    lines[0].querySelector("button").click();
    assert.deepEqual(asked, [["pointAt", "s1"]]);
  });

  test("both lists offer the moments, and what is chosen is asked", () => {
    shown();
    const [from, to] = [byId("moved-from"), byId("moved-to")];
    assert.deepEqual([linesOf("moved-from"), from.value], [["Since the call began", "00:50 50 (first verdict)", "01:15 62", "01:40 58"].map((words) => words.replace(/(\d\d:\d\d) /, "$1  ")), "start"]);
    assert.deepEqual([linesOf("moved-to").length, linesOf("moved-to").at(-1), to.value], [4, "until now", "now"]);
    const choose = (begin, end) => { from.value = begin; to.value = end; to.tell("change"); return asked.at(-1)[1]; };
    assert.deepEqual([choose("start", "now"), choose("2", "now"), choose("start", "3"), choose("4", "2")], [null, sinceMoment(2), spanBetween(1, 3), spanBetween(4, 2)]);
    shown({ span: spanBetween(1, 3) });
    assert.deepEqual([from.value, to.value], ["start", "3"]);
    shown({ span: spanBetween(2, 4) });
    assert.deepEqual([from.value, to.value], ["2", "now"]);
    byId("moved-again").click();
    byId("moved-start").click();
    assert.deepEqual([asked.filter(([name]) => name === "readMovedAgain").length > 0, document.activeElement === byId("trend")], [true, true]);
  });
});
