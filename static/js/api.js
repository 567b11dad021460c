/** The client of the REST API: one function per route; failures are ApiError. */
import { language } from "./i18n.js";
import { proof, toLogin } from "./session.js";
import { createOutbox } from "./work/outbox.js";

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
  const body = isJson ? await answer.json().catch(() => { throw new ApiError(0); }) : {};
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new ApiError(answer.status, body);
  return body;
}

const post = (path, body = {}, headers = {}, options = {}) =>
  request(path, { ...options, method: "POST", headers: { "Content-Type": "application/json", ...proof(), ...headers }, body: JSON.stringify(body) });

const GIVEN_UP_MS = 10_000; // a network that stalls never says so

/** What adds something goes by the outbox, so that it is added once and never lost. */
export const outbox = createOutbox((path, body, key) =>
  post(path, body, { "Idempotency-Key": key }, { signal: AbortSignal.timeout(GIVEN_UP_MS) }));
const { add } = outbox;

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value));

const callPath = (callId) => `/api/calls/${encodeURIComponent(callId)}`;

export const api = {
  health: () => request("/api/health"),
  calls: (status, limit, cursor) => request(`/api/calls?${query({ status, limit, cursor })}`),
  call: (callId) => request(callPath(callId)),
  score: (callId) => post("/api/score_customer", { call_id: callId }),
  changes: (callId, from, to) => request(`${callPath(callId)}/changes?${query({ from, to })}`),
  startCall: (call) => post("/api/start_call", call),
  endCall: (callId) => add("/api/end_call", { call_id: callId }),
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
  startDemo: (agent = null) => post("/api/demo/calls", { agent_id: agent }),
  tryCrmAgain: () => post("/api/crm/try_again"),
  stopDemo: () => post("/api/demo/stop"),
};
