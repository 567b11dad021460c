/** The live connection: pushed events, and after every gap the missed ones. */
import { io } from "/static/vendor/socket.io.esm.min.js";
import { ApiError, api } from "./api.js";
import { readSession } from "./session.js";

const PUSHED = [
  "call_started", "transcript_segment", "risk_score_update", "call_ended", "alert", "escalation", "escalation_changed", "note_added",
  "summary_changed", "categories_matched", "contact_summary", "gap_changed", "analysis_lost",
  "customer_changed", "advice_changed",
];
const TOO_FAR_BEHIND = 2000; // events; beyond this it is quicker to read the calls anew
const RETRY_MS = 2000;
const CALLS_A_PAGE = 200;
export const ENDED_CALLS = 20;

const ANSWERS_WITHIN_MS = 5000;

/** Connects and reconnects; `watch` subscribes to one call and unsubscribes from the previous one. */
export function goLive(store) {
  const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelayMax: 3000 });
  let heard = 0; // the newest event that was pushed to us
  let resumeAfter = null; // where the gap began; what is pushed while it is being filled does not move it
  let held = null; // what is pushed while the page catches up: told after what came before it
  let watched = null;
  let newsAt = 0; // when anything came over the line, by this machine's clock
  const news = () => { newsAt = Date.now(); };
  socket.onAny(news);
  socket.io.on("ping", news);
  let turn = Promise.resolve(); // one change of the watched call after the other

  const ask = async (event, body) => {
    try {
      return await socket.timeout(ANSWERS_WITHIN_MS).emitWithAck(event, body);
    } catch {
      throw new ApiError(0);
    }
  };

  function take(type, payload, seq = payload.seq) {
    heard = Math.max(heard, seq);
    if (held) held.push([type, payload]);
    else store.dispatch(type, payload);
  }

  function lost() {
    if (store.state.synced) resumeAfter ??= heard;
    held = null; // the next connection reads it again
    store.dispatch("disconnected", Date.now());
  }

  async function join() {
    const connection = socket.id;
    held ??= [];
    let lastSeq;
    try {
      if (watched !== null) await ask("join_call", { call_id: watched });
      ({ last_seq: lastSeq } = await ask("join_wallboard_rows", { after: heard }));
      await catchUp(store, resumeAfter, lastSeq);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTimeout(() => socket.id === connection && join(), RETRY_MS);
      return;
    }
    if (socket.id !== connection) return; // lost again; the next connection starts where this one did
    for (const [type, payload] of held) store.dispatch(type, payload);
    [resumeAfter, held] = [null, null];
    heard = Math.max(heard, lastSeq);
    store.dispatch("connected");
  }

  for (const type of PUSHED) socket.on(type, (payload) => store.state.rowsAlone || take(type, payload)); // a wallboard knows rows alone
  // Of calls that are not open only what happens seldom is pushed, and the rows that include all the rest.
  socket.on("wallboard_changed", (payload) => take("wallboard_changed", payload, payload.through_seq));
  socket.on("sources_changed", (payload) => store.dispatch("sources_changed", payload));
  socket.on("connect", join);
  socket.on("disconnect", (reason) => {
    lost();
    // The server closed it: the session is over, or may do something else now.
    if (reason === "io server disconnect") returnWith(socket);
  });
  socket.on("connect_error", () => {
    lost();
    if (!socket.active) returnWith(socket);
  });

  async function change(callId) {
    const before = watched;
    if (callId === before) return;
    watched = null;
    if (before !== null) await ask("leave_call", { call_id: before });
    await ask("join_call", { call_id: callId });
    watched = callId;
  }

  function watch(callId) {
    turn = turn.catch(() => {}).then(() => change(callId));
    return turn;
  }
  /** Gives a line up that is said to be dead, and connects anew. */
  const giveUp = () => socket.io.engine?.close();

  return { watch, giveUp, newsAt: () => newsAt };
}

/** Connects again with the session as it is now; without one the page leaves for the login. */
async function returnWith(socket) {
  await readSession();
  setTimeout(() => socket.connect(), RETRY_MS);
}

async function catchUp(store, resumeAfter, lastSeq) {
  await readHealth(store);
  if (store.state.rowsAlone) {
    store.dispatch("calls_read", { calls: [] }); // the rows come by themselves
    return;
  }
  const known = resumeAfter !== null && resumeAfter <= lastSeq && lastSeq - resumeAfter < TOO_FAR_BEHIND;
  if (known) await replayMissed(store, resumeAfter);
  else await readCalls(store, resumeAfter !== null);
}

async function replayMissed(store, after) {
  let turns = 0;
  for (let more = true; more;) {
    const page = await api.eventsAfter(after);
    for (const event of page.events) store.dispatch(event.type, event.payload);
    turns += page.events.filter(({ type, payload }) => type === "transcript_segment" && !payload.provisional).length;
    after = page.events.at(-1)?.seq ?? after;
    more = page.more;
  }
  const key = turns > 0 ? "connection.caught_up" : "connection.back";
  store.dispatch("toast", { kind: "message", key, values: { n: turns } });
}

async function readCalls(store, startOver) {
  const { calls, next_cursor: endedCursor } = await api.calls("ended", ENDED_CALLS);
  for (let cursor = ""; cursor !== null;) {
    const page = await api.calls("active", CALLS_A_PAGE, cursor);
    calls.push(...page.calls);
    cursor = page.next_cursor;
  }
  if (startOver) store.dispatch("forgotten");
  store.dispatch("calls_read", { calls, next_cursor: endedCursor });
}

export async function readHealth(store) {
  store.dispatch("tick", Date.now());
  store.dispatch("health_read", await api.health());
  await readDemo(store);
}

/** In production there is no replay; nobody asks for it there. */
export async function readDemo(store) {
  if (store.state.rowsAlone || store.state.health?.environment === "production") return;
  try {
    store.dispatch("demo_read", await api.demo());
  } catch (error) {
    if (error.status !== 404) throw error;
    store.dispatch("demo_read", null);
  }
}
