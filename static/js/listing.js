/** The list of calls: whose calls it shows, in an order that is made anew seldom, and not while somebody aims at it. */

const ORDER_STAYS_MS = 1900; // two ticks: rows that change places all the time cannot be read

/** Returns true for who has own calls: a person, and the agent of a tablet where nobody logs in. */
const isPerson = (session) => session?.means === "session" || (session?.means === "demo" && session.agent_ids.length > 0);

/** Returns true for a call of the person at this page. */
export const isOwn = ({ session }, { info }) => isPerson(session) && session.agent_ids.includes(info.agent_id);

/** Returns the choices of a person: mine, and team or all as far as the calls are open; none without a login. */
export function scopesOf(session) {
  if (!isPerson(session)) return [];
  if (session.sees_all) return ["mine", "all"];
  return Object.keys(session.teams).length > 0 ? ["mine", "team"] : [];
}

/** Returns the chosen scope if it is open, else the widest; own calls come first in every one. */
export function scopeOf({ session, scope }) {
  const open = scopesOf(session);
  return open.includes(scope) ? scope : open.at(-1) ?? "all";
}

/** Returns true for a call that the chosen scope has. */
export const isInScope = (state, entry) => scopeOf(state) !== "mine" || isOwn(state, entry);

/**
 * Returns the calls in the order that is on the screen, as `sort` makes it where there is none; new ones come last.
 * While somebody aims at the list one that ended keeps its place, so that no other row moves under the pointer.
 */
export function inSeenOrder({ held, order, calls }, active, sort) {
  if (!held && !order) return sort(active);
  const { ids } = held ?? order;
  const known = new Set(ids);
  const open = new Map(active.map((entry) => [entry.info.call_id, entry]));
  const kept = ids.map((id) => (held ? calls : open).get(id)).filter(Boolean);
  return [...kept, ...sort(active.filter(({ info }) => !known.has(info.call_id)))];
}

/** Returns the state with its order made anew by `sorted`, unless it was just now or is held. */
export function withSeenOrder(state, sorted) {
  if (state.held || state.order?.until > state.now) return state;
  const ids = sorted({ ...state, order: null }).map(({ info }) => info.call_id);
  return { ...state, order: { ids, until: state.now + ORDER_STAYS_MS } };
}

/** Returns the state with its order held until a moment; an order that is held already stays. */
export const withHeldOrder = (state, { ids, until }) =>
  ({ ...state, held: { ids: state.held?.ids ?? ids, until: Math.max(until, state.held?.until ?? 0) } });

/** Returns the call that has become one of the person's own by an event, or what had arrived before. */
export function arrivalOf(before, after, callId) {
  const [old, entry] = [before.calls.get(callId), after.calls.get(callId)];
  const isNew = before.synced && entry.info.status === "active" && isOwn(after, entry) && !(old && isOwn(before, old));
  return isNew && callId !== after.selectedId ? callId : before.arrived;
}
