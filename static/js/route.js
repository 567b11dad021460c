/** The address of the page: the open call, the chosen list and the open search, by opaque ids and filters alone. */
import { searchInAddress } from "./search/search_state.js";

/** Returns {callId, scope, team, isWall} of an address; null for what it does not name. */
export function routeOf({ hash, search }) {
  const named = hash.match(/^#call=(.+)$/);
  const asked = new URLSearchParams(search);
  return { callId: named ? decoded(named[1]) : null, scope: asked.get("list"), team: asked.get("team"), isWall: asked.has("wall") };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // an address that was cut off
  }
}

/** Returns the address of a call, a list, a team and a search; what else the address says stays. */
export function addressOf({ callId, scope, team, search: searched }, { pathname, search }) {
  const asked = new URLSearchParams(search);
  const named = { list: scope, team, ...(searched ? searchInAddress(searched) : {}) };
  for (const [name, value] of Object.entries(named)) {
    if (value) asked.set(name, value);
    else asked.delete(name);
  }
  const query = asked.size > 0 ? `?${asked}` : "";
  return `${pathname}${query}${callId ? `#call=${encodeURIComponent(callId)}` : ""}`;
}

/** Shows a route in the address bar, as a step that Back takes back, or in place of the last one. */
export function showRoute(route, isStep) {
  const address = addressOf(route, location);
  if (address === location.pathname + location.search + location.hash) return;
  if (isStep) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}
