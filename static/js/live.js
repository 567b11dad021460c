/** The live connection: events as they come, and after every gap the events that were missed. */
import { io } from "/static/vendor/socket.io.esm.min.js";
import { ApiError, api } from "./api.js";

const PUSHED = ["call_started", "transcript_segment", "risk_score_update", "call_ended", "alert", "escalation", "note_added"];
const TOO_FAR_BEHIND = 2000; // events; beyond this it is quicker to read the calls anew
const RETRY_MS = 2000;
const CALLS_READ = 100;

export function goLive(store) {
  const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelayMax: 5000 });
  let resumeAfter = null; // the last event before the gap; live events go on while the gap is filled

  function lost() {
    if (store.state.synced) resumeAfter ??= store.state.lastSeq;
    store.dispatch("disconnected", Date.now());
  }

  async function joined({ last_seq: lastSeq }) {
    try {
      await catchUp(store, resumeAfter, lastSeq);
      resumeAfter = null;
      store.dispatch("connected", { last_seq: lastSeq });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTimeout(() => socket.connected && joined({ last_seq: lastSeq }), RETRY_MS);
    }
  }

  for (const type of PUSHED) socket.on(type, (payload) => store.dispatch(type, payload));
  socket.on("connect", () => socket.emit("join_wallboard", {}));
  socket.on("joined", joined);
  socket.on("disconnect", lost);
  socket.on("connect_error", lost);
}

async function catchUp(store, resumeAfter, lastSeq) {
  await readHealth(store);
  const knows = resumeAfter !== null && resumeAfter <= lastSeq && lastSeq - resumeAfter < TOO_FAR_BEHIND;
  if (knows) await replayMissed(store, resumeAfter);
  else await readCalls(store, resumeAfter !== null);
}

async function replayMissed(store, after) {
  let count = 0;
  for (let more = true; more;) {
    const page = await api.eventsAfter(after);
    for (const event of page.events) store.dispatch(event.type, event.payload);
    count += page.events.length;
    after = page.events.at(-1)?.seq ?? after;
    more = page.more;
  }
  if (count > 0) store.dispatch("toast", { kind: "message", key: "connection.caught_up", values: { n: count } });
}

async function readCalls(store, startOver) {
  const [active, ended] = await Promise.all([api.calls("active", CALLS_READ), api.calls("ended", 20)]);
  if (startOver) store.dispatch("forgotten");
  store.dispatch("calls_read", { calls: [...ended.calls, ...active.calls] });
}

export async function readHealth(store) {
  store.dispatch("tick", Date.now());
  store.dispatch("health_read", await api.health());
  await readDemo(store);
}

/** In production there is no replay, and the server says so with a 404. */
export async function readDemo(store) {
  try {
    store.dispatch("demo_read", await api.demo());
  } catch (error) {
    if (error.status !== 404) throw error;
    store.dispatch("demo_read", null);
  }
}
