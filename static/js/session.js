/** The own session: who is at this page, what writes have to prove, and the way back to the login. */

const USED_EVERY_MS = 60_000;
const ACTS = ["pointerdown", "keydown"];

let csrfToken = null;
let key = null; // under which drafts are kept; ends with the session
let ownIds = null; // the agent ids of the person who is logged in; null without a login
let used = 0;

/** The headers of a write that a cookie proves. */
export const proof = () => (csrfToken ? { "X-CSRF-Token": csrfToken } : {});

/** Asks who is logged in; goes to the login where nobody is. */
export async function readSession() {
  const answer = await fetch("/api/session").catch(() => null);
  if (answer?.status === 401) toLogin();
  if (!answer?.ok) return null;
  const session = withNamed(await answer.json());
  csrfToken = session.csrf_token;
  key = session.draft_key ?? null;
  ownIds = session.means === "session" ? session.agent_ids : null;
  return session;
}

/** Returns a session with the agent whom the address of a tablet names, where nobody logs in. */
function withNamed(session) {
  const named = new URLSearchParams(location.search).get("agent");
  return session.means === "demo" && named ? { ...session, agent_ids: [named] } : session;
}

/** Returns the key of drafts; null for who writes none. */
export const draftKey = () => key;

/** The id under which the person acts on a call of an agent; undefined without a login, where any may be typed. */
export const ownAgentId = (ofCall) => (ownIds?.includes(ofCall) ? ofCall : ownIds?.[0]);

/** Whether the person acts under an id: without a login anybody does under any. */
export const mayActAs = (id) => ownIds === null || ownIds.includes(id);

const isFramed = globalThis.parent !== globalThis.self;

/** Tells the page that holds this one in a frame; none but our own may, by the header of this page. */
export const tellHolder = (told) => isFramed && parent.postMessage(told, "*");

/** Leaves for the login, which leads back to this place; out of a frame its holder does. */
export function toLogin() {
  if (isFramed) return tellHolder({ callrisk: "login" });
  return location.assign(`/login?${new URLSearchParams({ next: location.pathname + location.search })}`);
}

/** Tells the server, at most once a minute, that a person is at the screen; polls of the page do not count. */
export function keepInUse() {
  const use = () => {
    if (Date.now() - used < USED_EVERY_MS) return;
    used = Date.now();
    fetch("/api/session/use", { method: "POST", headers: proof() }).catch(() => {});
  };
  for (const act of ACTS) addEventListener(act, use, { passive: true });
}
