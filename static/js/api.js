/** The client of the REST API: one function per route; failures are ApiError. */
import { language } from "./i18n.js";
import { proof, toLogin } from "./session.js";

/** A failed request. Status 0: no answer. `errors` names the invalid fields; people quote the request's id. */
export class ApiError extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.requestId = problem.request_id ?? "";
    this.errors = problem.errors ?? [];
  }
}

async function request(path, options = {}) {
  const headers = { "Accept-Language": language(), ...options.headers };
  const answer = await fetch(path, { ...options, headers }).catch(() => { throw new ApiError(0); });
  const isJson = answer.headers.get("content-type")?.includes("json");
  const body = isJson ? await answer.json() : {};
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new ApiError(answer.status, body);
  return body;
}

const post = (path, body = {}, headers = {}) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json", ...proof(), ...headers }, body: JSON.stringify(body) });

const SENT_AGAIN_AFTER_MS = [500, 2000];
const IN_PROGRESS = 409;
const keys = new Map(); // of what was sent and not answered yet, by path and body
const underWay = new Map(); // promises of what is being sent, by path and body

/** A random text; `crypto.randomUUID` is there on https alone. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Sends what adds something, again if no answer came. What the person sends once more, word for word,
 * while it is under way is the same request, and after a failure has the same key: so it is added
 * once, whether the first reached the server or not.
 */
function add(path, body) {
  const sent = `${path} ${JSON.stringify(body)}`;
  if (!underWay.has(sent)) underWay.set(sent, addOnce(path, body, sent).finally(() => underWay.delete(sent)));
  return underWay.get(sent);
}

async function addOnce(path, body, sent) {
  const key = keys.get(sent) ?? newKey();
  keys.set(sent, key);
  for (let tries = 0; ; tries++) {
    try {
      const answer = await post(path, body, { "Idempotency-Key": key });
      keys.delete(sent);
      return answer;
    } catch (error) {
      const isSentAgain = error.status === 0 || error.status === IN_PROGRESS;
      if (!isSentAgain && error.status < 500) keys.delete(sent);
      if (!isSentAgain || tries >= SENT_AGAIN_AFTER_MS.length) throw error;
      await new Promise((resolve) => setTimeout(resolve, SENT_AGAIN_AFTER_MS[tries]));
    }
  }
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value));

const callPath = (callId) => `/api/calls/${encodeURIComponent(callId)}`;

export const api = {
  health: () => request("/api/health"),
  calls: (status, limit, cursor) => request(`/api/calls?${query({ status, limit, cursor })}`),
  call: (callId) => request(callPath(callId)),
  score: (callId) => post("/api/score_customer", { call_id: callId }),
  changes: (callId, from, to) => request(`${callPath(callId)}/changes?${query({ from, to })}`),
  startCall: (call) => post("/api/start_call", call),
  endCall: (callId) => post("/api/end_call", { call_id: callId }),
  addNote: (callId, note) => add(`${callPath(callId)}/notes`, note),
  escalate: (callId, escalation) => add(`${callPath(callId)}/escalate`, escalation),
  assignCustomer: (callId, choice) => post(`${callPath(callId)}/customer`, choice),
  giveFeedback: (callId, feedback) => add(`${callPath(callId)}/feedback`, feedback),
  outcomes: () => request("/api/outcomes"),
  escalations: () => request("/api/escalations?open=true&limit=200"),
  setOutcome: (callId, outcome) => add(`${callPath(callId)}/outcome`, outcome),
  addPromise: (callId, promise) => add(`${callPath(callId)}/promise`, promise),
  addCallBack: (callId, callBack) => add(`${callPath(callId)}/call_back`, callBack),
  takeBack: (callId, about) => add(`${callPath(callId)}/undo`, about),
  seeEscalation: (callId, about) => add(`${callPath(callId)}/escalations/seen`, about),
  answerEscalation: (callId, answer) => add(`${callPath(callId)}/escalations/answer`, answer),
  searchCalls: (asked) => request(`/api/calls/search?${query(asked)}`),
  saveSearch: (asked) => post("/api/searches", asked),
  readSearch: (id, cursor) => request(`/api/searches/${encodeURIComponent(id)}?${query({ cursor })}`),
  correct: (callId, correction) => add(`${callPath(callId)}/corrections`, correction),
  decideCorrection: (callId, decision) => add(`${callPath(callId)}/corrections/decide`, decision),
  corrections: () => request("/api/corrections?open=true&limit=200"),
  correctionTable: () => request("/api/corrections/table"),
  usualQuality: (demo) => request(`/api/usual_quality?demo=${demo}`),
  reveal: (callId, field) => post(`${callPath(callId)}/reveal`, { field }),
  eventsAfter: (seq) => request(`/api/events?after=${seq}&limit=500`),
  demo: () => request("/api/demo"),
  startDemo: () => post("/api/demo/calls"),
  tryCrmAgain: () => post("/api/crm/try_again"),
  stopDemo: () => post("/api/demo/stop"),
};
