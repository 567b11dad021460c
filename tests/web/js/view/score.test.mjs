/** The score as it is drawn: number, category, change, warnings, gauge, reasons and their bars. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { assessmentOf, byId, callOf, freshPage, linesOf, notingActions, stateOf, texts } from "./page.mjs";
import { reasonsView } from "../../static/js/view/reasons.js";
import { scoreView } from "../../static/js/view/score.js";

const RULE = { elapsed_s: 45, turns: 10, customer_chars: 60 };
const HEALTH = { model_version: "v1", thresholds: { medium_risk: 40, high_risk: 70 }, listening: RULE };
const quality = (more) => ({ turns: 4, customer_turns: 2, customer_chars: 80, outside_population: false, ...more });
let draw;

beforeEach(() => {
  freshPage();
  const view = scoreView();
  draw = (assessment, more = {}) => view(stateOf(callOf({ assessment }), { health: HEALTH, ...more }));
});

test("a verdict has its number, category, range, change and time", () => {
  draw(assessmentOf({ high_times: 3 }));
  const card = byId("score-card");
  assert.deepEqual([card.dataset.state, card.dataset.category, card.dataset.seq], ["live", "high", "7"]);
  assert.deepEqual(["score-number", "score-change", "score-as-of", "score-who"].map((id) => byId(id).textContent),
    ["72", "+4 since last", "As of 09:59:30", "Customer 1001"]);
  assert.deepEqual(linesOf("score-figures"), ["Likely range65 to 80", "Non-payment25.0% (average 10.0%)"]);
  assert.deepEqual([byId("score-change").hidden, byId("score-because").hidden, byId("score-scale").hidden], [false, true, false]);
  assert.equal(byId("score-change").dataset.direction, "up");
});

test("without a score there is a dash, no figures and no change", () => {
  draw(null, { health: { ...HEALTH, model_version: null } });
  assert.deepEqual([byId("score-number").textContent, byId("score-change").hidden, byId("score-because").hidden], ["–", true, true]);
  assert.deepEqual([linesOf("score-figures"), linesOf("score-notices").length, byId("score-scale").hidden], [[], 1, true]);
  assert.deepEqual([byId("score-card").dataset.state, byId("score-as-of").textContent], ["no_model", ""]);
  draw(null);
  assert.deepEqual([byId("score-card").dataset.state, linesOf("score-notices")], ["waiting", []]);
});

test("what moved the score is told beside its change, with the phrase where there is one", () => {
  const line = (more) => ({ feature: "earlier_calls", label: "L", label_en: "Earlier calls", reason: "r", reason_en: "r", points: 3, ...more });
  draw(assessmentOf({ change: { points: -2, because: [line(), line({ points: -5, phrase: "払います" })] } }));
  assert.equal(byId("score-because").hidden, false);
  assert.equal(byId("score-change").dataset.direction, "down");
  assert.match(byId("score-because").textContent, /Earlier calls.*\+3.*Earlier calls.*払います.*−5/);
});

test("while listening it says what is still needed first, then that it is what was known before", () => {
  const told = (more, elapsed_s = 10) => {
    draw(assessmentOf({ state: "listening", elapsed_s, quality: quality({ customer_chars: 0, ...more }) }));
    return linesOf("score-notices");
  };
  const seconds = told({});
  const turns = told({ turns: 3 }, 0);
  const characters = told({}, 45);
  const prior = told({ customer_chars: 60 }, 45);
  assert.deepEqual([seconds, turns, characters, prior].map(([line]) => line.split(". ")[0]),
    ["A score in about 35 s", "A score after 7 more turns", "A score after a few more words of the customer", "A score follows shortly"]);
  assert.deepEqual([byId("score-card").dataset.category, byId("score-category").hidden, byId("score-change").hidden], ["none", true, true]);
});

test("an unproven model and a call outside its training warn", () => {
  const kinds = () => [...byId("score-notices").children].map((node) => node.dataset.kind);
  draw(assessmentOf({ skill: "unproven", quality: quality({ outside_population: true }) }));
  assert.deepEqual(kinds(), ["unproven", "outside"]);
  draw(assessmentOf());
  assert.deepEqual(kinds(), []);
});

test("one likely number is told alone, and a score grows stale without a connection", () => {
  draw(assessmentOf({ interval: [72, 72] }));
  assert.equal(linesOf("score-figures")[0], "Likely range72");
  assert.equal(byId("score-card").getAttribute("data-stale"), null);
  draw(assessmentOf(), { connected: false, downSince: 0 });
  assert.equal(byId("score-card").getAttribute("data-stale"), "");
});

test("the gauge draws its bands once, the score as a share, and an interval only where it has a length", () => {
  draw(assessmentOf({ interval: [-5, 30], risk_score: 10, risk_category: "low" }));
  draw(assessmentOf({ interval: [90, 120], risk_score: 95 }));
  const gauge = byId("gauge");
  const bands = gauge.querySelectorAll(".gauge-band");
  assert.deepEqual(bands.map((band) => band.dataset.category), ["low", "medium", "high"]);
  assert.deepEqual(bands.map((band) => band.getAttribute("d").split("A")[0]), ["M20.33,146.00", "M65.77,14.60", "M170.64,41.06"]);
  assert.equal(gauge.querySelector(".gauge-value").getAttribute("stroke-dasharray"), "95 101");
  assert.equal(gauge.querySelector(".gauge-track").getAttribute("d"), "M34.18,138.00A76 76 0 1 1 165.82,138.00");
  assert.equal(gauge.querySelector(".gauge-interval").getAttribute("d"), "M175.58,107.94A76 76 0 0 1 165.82,138.00");
  draw(assessmentOf({ interval: [101, 120] }));
  assert.equal(gauge.querySelector(".gauge-interval").getAttribute("d"), null);
});

test("the reasons stand in their parts, each bar from the sum before to the sum after", () => {
  const { asked, actions } = notingActions();
  const statements = [{ segment_id: "s2", begin: 0, end: 3, intent: "hardship", points: 22, open: true }];
  const line = (feature, points, part) => ({ feature, points, part, group: "history", label: feature, label_en: feature, reason: `${feature}です`, reason_en: `${feature} it is`, value_text: "「苦しい」", value_text_en: "「苦しい」" });
  const contributions = [line("earlier_calls", -10, "known"), line("said.hardship", 22, "said"), line("note", 0, "known")];
  const shown = assessmentOf({ statements, contributions, before_points: -10, said_points: 22, cap_points: 10 });
  const draw = reasonsView(actions);
  draw(stateOf(callOf({ assessment: shown })));
  const rows = byId("reason-lines").querySelectorAll(".reason-line");
  assert.deepEqual(rows.map((row) => [row.dataset.feature, row.dataset.direction]),
    [["start", "level"], ["earlier_calls", "down"], ["said.hardship", "up"], ["cap", "up"]]);
  assert.deepEqual(rows.map((row) => { const { left, width } = row.querySelector(".reason-fill").style; return [left, width]; }),
    [["0%", "50%"], ["40%", "10%"], ["40%", "22%"], ["62%", "10%"]]);
  assert.deepEqual(byId("reason-lines").querySelectorAll(".reason-part").map((part) => part.dataset.points), ["-10", "22"]);
  assert.deepEqual(texts(byId("reason-lines").querySelectorAll(".reason-notes p")), ["note it is"]);
  assert.deepEqual(rows.map((row) => row.querySelector("[data-slot=turn]").hidden), [true, true, false, true]);
  assert.deepEqual(rows.map((row) => row.querySelector("[data-slot=group]").hidden), [true, false, true, true]);
  rows[2].querySelector("[data-slot=turn]").click();
  assert.deepEqual(asked, [["pointAt", "s2", "s2/0-3/hardship"]]);
  assert.deepEqual([byId("reason-total").dataset.score, byId("reason-total").hidden, byId("reasons-none").hidden], ["72", false, true]);
  draw(stateOf(callOf()));
  assert.deepEqual([byId("reason-total").hidden, byId("reasons-none").hidden, linesOf("reason-lines")], [true, false, []]);
});

test("bars keep within the axis where the sums leave 0 to 100", () => {
  const line = (feature, points) => ({ feature, points, part: "known", group: "history", label: feature, label_en: feature, reason: feature, reason_en: feature });
  reasonsView(notingActions().actions)(stateOf(callOf({ assessment: assessmentOf({ contributions: [line("a", -70), line("b", 140)], before_points: 70, said_points: 0, cap_points: -20 }) })));
  const bars = byId("reason-lines").querySelectorAll(".reason-fill").map(({ style }) => [parseFloat(style.left), parseFloat(style.width)]);
  assert.deepEqual(bars.map((pair) => pair.map(Math.round)), [[14, 36], [0, 50], [0, 100], [86, 14]]);
});
