/** Keeps the screen on during a call that is open and in progress, where the browser can. */
import { selected } from "../selectors.js";

export function keepAwake(wakeLock = navigator.wakeLock) {
  let held = null;
  let isWanted = false;
  let isAsked = false;

  async function settle() {
    if (isAsked || !wakeLock || document.visibilityState !== "visible") return;
    if (isWanted === Boolean(held && !held.released)) return;
    isAsked = true;
    try {
      if (isWanted) held = await wakeLock.request("screen");
      else await held.release();
    } catch {
      held = null; // a battery that is low, or a setting of the device
    }
    isAsked = false;
    document.documentElement.toggleAttribute("data-awake", Boolean(held && !held.released));
  }
  // A browser lets go of it with the page out of sight.
  document.addEventListener("visibilitychange", settle);

  return (state) => {
    isWanted = selected(state)?.info.status === "active";
    settle();
  };
}
