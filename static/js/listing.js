/** The list of calls: whose calls it shows, and an order that stands still while somebody aims at it. */

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
 * Returns the calls in the order that is on the screen. One that ended keeps its place, so that no other row
 * moves under the pointer; new ones come last.
 */
export function inHeldOrder({ held, calls }, active) {
  if (!held) return active;
  const known = new Set(held.ids);
  const kept = held.ids.map((id) => calls.get(id)).filter(Boolean);
  return [...kept, ...active.filter(({ info }) => !known.has(info.call_id))];
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
