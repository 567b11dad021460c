/** Alerts: one a call, open until somebody has seen it, with its severity, a snooze and a cool-down. */

export const SNOOZE_MS = 5 * 60_000;
const COOL_DOWN_MS = 3 * 60_000; // a call that was just seen to does not ring again
const SEVERITIES = ["high", "urgent"];

const rank = ({ severity }) => SEVERITIES.indexOf(severity);
const changed = (alerts, callId, change) => alerts.map((one) => (one.callId === callId ? { ...one, ...change } : one));

/** Returns the alerts with news of a call: a graver one opens it again, the same one only after the cool-down. */
export function withAlert(alerts, news, now) {
  const before = alerts.find(({ callId }) => callId === news.callId);
  if (!before) return [...alerts, { ...news, at: now, seenAt: null, snoozedUntil: null }];
  const cooled = before.seenAt !== null && now - before.seenAt >= COOL_DOWN_MS;
  if (rank(news) <= rank(before) && !cooled) return alerts;
  return changed(alerts, news.callId, { ...news, at: now, seenAt: null, snoozedUntil: null });
}

/** Returns the alerts with one that is graver now; a call without an alert gets none by that. */
export const raised = (alerts, callId, now) =>
  (alerts.some((one) => one.callId === callId) ? withAlert(alerts, { callId, severity: "urgent" }, now) : alerts);

/** Returns the alerts with one that the person has seen. */
export const acknowledged = (alerts, callId, now) => changed(alerts, callId, { seenAt: now });

/** Returns the alerts with one that comes again later. */
export const snoozed = (alerts, callId, now) => changed(alerts, callId, { snoozedUntil: now + SNOOZE_MS });

export const withoutCall = (alerts, callId) => alerts.filter((one) => one.callId !== callId);

/** Returns the alerts that wait for somebody now, the gravest first, then the longest waiting. */
export const openAlerts = (alerts, now) => alerts
  .filter(({ seenAt, snoozedUntil }) => seenAt === null && (snoozedUntil ?? 0) <= now)
  .sort((a, b) => rank(b) - rank(a) || a.at - b.at);
