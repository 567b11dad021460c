/** Sees within three seconds that nothing reaches the server any more, as where a tablet leaves the wireless network. */
import { selected } from "../selectors.js";

const LOOKS_EVERY_MS = 250;
const QUIET_MS = 700; // in a call something comes about once a second
const ANSWERS_WITHIN_MS = 900;

const answers = () => fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
  .then(({ ok }) => ok, () => false);

export function watchLine(store, live) {
  let isAsking = false;
  let answeredAt = 0;

  async function look() {
    const { state } = store;
    const before = live.newsAt();
    const isQuiet = Date.now() - Math.max(before, answeredAt) > QUIET_MS;
    if (isAsking || !isQuiet || !state.connected || selected(state)?.info.status !== "active") return;
    isAsking = true;
    const isThere = await answers() || await answers();
    isAsking = false;
    if (isThere) answeredAt = Date.now();
    else if (store.state.connected && live.newsAt() === before) live.giveUp();
  }
  setInterval(() => document.visibilityState === "visible" && look(), LOOKS_EVERY_MS);
}
