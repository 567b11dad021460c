/** The client of the REST API: one function per route; failures are ApiError. */
import { proof, toLogin } from "./session.js";

/** A failed request. Status 0: no answer. `errors` names the invalid fields. */
export class ApiError extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.detail = problem.detail ?? "";
    this.errors = problem.errors ?? [];
  }
}

async function request(path, options = {}) {
  const answer = await fetch(path, options).catch(() => { throw new ApiError(0); });
  const isJson = answer.headers.get("content-type")?.includes("json");
  const body = isJson ? await answer.json() : {};
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new ApiError(answer.status, body);
  return body;
}

const post = (path, body = {}) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json", ...proof() }, body: JSON.stringify(body) });

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
  addNote: (callId, note) => post(`${callPath(callId)}/notes`, note),
  escalate: (callId, escalation) => post(`${callPath(callId)}/escalate`, escalation),
  assignCustomer: (callId, choice) => post(`${callPath(callId)}/customer`, choice),
  giveFeedback: (callId, feedback) => post(`${callPath(callId)}/feedback`, feedback),
  reveal: (callId, field) => post(`${callPath(callId)}/reveal`, { field }),
  eventsAfter: (seq) => request(`/api/events?after=${seq}&limit=500`),
  demo: () => request("/api/demo"),
  startDemo: () => post("/api/demo/calls"),
  tryCrmAgain: () => post("/api/crm/try_again"),
  stopDemo: () => post("/api/demo/stop"),
};
