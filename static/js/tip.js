/** One tip for the whole page: a sentence beside what is pointed at or has the focus. */
import { byId, setText } from "./dom.js";

const GAP = 6;

/** Shows a sentence under an element, and names it as its description. */
export function showTip(at, text) {
  const tip = byId("tip");
  setText(tip, text);
  at.setAttribute("aria-describedby", "tip");
  tip.hidden = false;
  standAt(tip, at);
}

export const hideTip = () => { byId("tip").hidden = true; };

/** Shows tips of what is pointed at or gets the focus below an element; `textAt` gives {at, text}, or null. */
export function tipsFor(element, textAt) {
  const show = ({ target }) => {
    const found = textAt(target);
    if (found) showTip(found.at, found.text);
    else hideTip();
  };
  for (const [come, go] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    element.addEventListener(come, show);
    element.addEventListener(go, hideTip);
  }
}

document.addEventListener("keydown", ({ key }) => key === "Escape" && hideTip());

/** Puts an element that stands over the page under another one, or above it where there is no room. */
export function standAt(element, at) {
  const [place, own] = [at.getBoundingClientRect(), element.getBoundingClientRect()];
  const below = place.bottom + GAP;
  const top = below + own.height > innerHeight ? Math.max(GAP, place.top - GAP - own.height) : below;
  element.style.top = `${top}px`;
  element.style.left = `${Math.max(GAP, Math.min(place.left, innerWidth - own.width - GAP))}px`;
}
