// Events as a server pushes them, told to a live page over the connection it has: so fast as it takes them, or
// so many times faster than they come by themselves.
//
// `told` holds real payloads by type. Times of calls are those of the simulated clock; the page's own stays real.
window.playTraffic = async ({ told, opened, calls, minutes, frames, speed }) => {
  const PER_SECOND = 4; // rows of all calls are pushed so often
  const socket = window.pageSockets.findLast(({ readyState }) => readyState === WebSocket.OPEN);
  const tell = (type, payload) => socket.dispatchEvent(new MessageEvent("message", { data: `42${JSON.stringify([type, payload])}` }));
  const traffic = (window.traffic ??= { seq: 100_000_000, made: 0, second: 0, events: 0, live: [], random: 7 });
  // A generator of its own, so that every run tells the same.
  const random = (below) => (traffic.random = (traffic.random * 48_271) % 2_147_483_647) % below;
  const next = () => { traffic.events += 1; return (traffic.seq += 1); };
  const now = () => new Date(Date.now()).toISOString();
  const labels = { high: "高", medium: "中", low: "低" };
  const categoryOf = (score) => (score >= 70 ? "high" : score >= 40 ? "medium" : "low");

  const info = (callId) => ({ ...told.call_started, call_id: callId, seq: next(), started_at: now() });
  function begin() {
    const callId = `sim-${traffic.made++}`;
    traffic.live.push({ callId, score: 20 + random(60) });
    tell("call_started", info(callId));
  }
  function end() {
    const [{ callId }] = traffic.live.splice(random(traffic.live.length), 1);
    const summary = { ...told.call_ended.summary, ended_at: now() };
    tell("call_ended", { ...told.call_ended, call_id: callId, seq: next(), summary });
  }
  function row(one) {
    one.score = Math.max(0, Math.min(100, one.score + random(11) - 5));
    const category = categoryOf(one.score);
    const seq = next();
    return { call_id: one.callId, agent_id: "agent-1", customer_id: "1001", demo: false, started_at: told.call_started.started_at, ended_at: null,
      state: "live", risk_score: one.score, risk_category: category, risk_label: labels[category], risk_label_en: category, change_points: random(7) - 3,
      alerted: false, escalated: false, assessment_seq: seq, last_seq: seq };
  }
  function rows() {
    const changed = Array.from({ length: 12 }, () => row(traffic.live[random(traffic.live.length)]));
    tell("wallboard_changed", { rows: changed, complete: false, through_seq: next() });
  }
  function speak(callId, second, isWhole) {
    const number = Math.floor(second / 5);
    const text = isWhole ? told.transcript_segment.text : told.transcript_segment.text.slice(0, 4 + (second % 5) * 3);
    const statements = isWhole ? told.transcript_segment.statements : [];
    tell("transcript_segment", { ...told.transcript_segment, call_id: callId, seq: next(), segment_id: `turn-${number}`, text, statements,
      role: number % 2 ? "AGENT" : "CUSTOMER", begin_ms: number * 5000, end_ms: number * 5000 + 4000, provisional: !isWhole });
  }
  function score(callId, second) {
    const points = 40 + random(40);
    tell("risk_score_update", { ...told.risk_score_update, call_id: callId, seq: next(), risk_score: points, risk_category: categoryOf(points),
      elapsed_s: second, timestamp: now(), state: "live" });
  }
  const alert = () => tell("alert", { ...told.alert, call_id: traffic.live[random(traffic.live.length)].callId, seq: next() });
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

  if (traffic.live.length === 0) {
    while (traffic.live.length < calls) begin();
    rows();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    window.shifts.length = 0; // two hundred calls do not begin at once
  }
  const began = performance.now();
  const due = (quarter) => began + (quarter * 1000) / PER_SECOND / speed;
  for (let quarter = 0; quarter < minutes * 60 * PER_SECOND; quarter++) {
    if (speed !== null) await new Promise((resolve) => setTimeout(resolve, due(quarter) - performance.now()));
    rows();
    if (quarter % PER_SECOND === 0) {
      const second = (traffic.second += 1);
      speak(opened, second, second % 5 === 4);
      score(opened, second);
      if (second % 3 !== 0) { end(); begin(); } // a call of five minutes, two hundred at once
      if (second % 5 === 0) alert();
    }
    if (speed === null && quarter % frames === 0) await drawn();
  }
  return traffic.events;
};
