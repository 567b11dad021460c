/** Alerts: one a call, acknowledged, snoozed, cooled down, the gravest first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SNOOZE_MS, acknowledged, openAlerts, raised, snoozed, withAlert, withoutCall } from "../static/js/alerts.js";

const MINUTE = 60_000;
const news = (callId, severity = "high") => ({ callId, severity, score: 80 });
const open = (alerts, now) => openAlerts(alerts, now).map(({ callId }) => callId);
const two = () => withAlert(withAlert([], news("c1"), 1), news("c2"), 2);

test("the longest waiting stands first, and a graver one before it", () => {
  assert.deepEqual(open(two(), 3), ["c1", "c2"]);
  assert.deepEqual(open(raised(two(), "c2", 3), 3), ["c2", "c1"]);
  assert.deepEqual(raised([], "c1", 3), []);
});

test("what was acknowledged rings again only after the cool-down, or when it is graver", () => {
  const seen = acknowledged(two(), "c1", 10);
  assert.deepEqual(open(seen, 11), ["c2"]);
  assert.deepEqual(open(withAlert(seen, news("c1"), 10 + MINUTE), 10 + MINUTE), ["c2"]);
  assert.deepEqual(open(withAlert(seen, news("c1"), 10 + 3 * MINUTE), 10 + 3 * MINUTE), ["c2", "c1"]);
  assert.deepEqual(open(raised(seen, "c1", 11), 11), ["c1", "c2"]);
});

test("the same alert again keeps how long it waits", () => {
  assert.equal(withAlert(two(), news("c1"), 99)[0].at, 1);
});

test("a snoozed one comes back by itself, and one of an ended call does not", () => {
  const later = snoozed(two(), "c1", 10);
  assert.deepEqual([open(later, 9 + SNOOZE_MS), open(later, 10 + SNOOZE_MS)], [["c2"], ["c1", "c2"]]);
  assert.deepEqual(open(withoutCall(two(), "c1"), 3), ["c2"]);
});
