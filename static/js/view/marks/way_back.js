/** The way back from a turn of the conversation to what led there: a button, and Esc in the conversation. */
import { byId } from "../../dom.js";

let origin = null;

/** Remembers where somebody leaves for the conversation. */
export const leaveFrom = (element) => { origin = element; };

/** Brings a place of the reasons into sight and gives it the focus; on a phone its tab comes to the front. */
export function goTo(element) {
  if (element.offsetParent === null) document.querySelector("[data-tab-name=why]").click();
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}

export function wayBackView() {
  const button = byId("way-back");
  let pointedAt = null;

  function goBack() {
    button.hidden = true;
    goTo(origin?.isConnected ? origin : byId("reasons-title"));
  }
  button.addEventListener("click", goBack);
  button.closest(".transcript").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.hidden || event.isComposing) return;
    event.preventDefault();
    goBack();
  });

  return (state) => {
    if (state.pointedAt === pointedAt) return;
    pointedAt = state.pointedAt;
    button.hidden = pointedAt === null || origin === null;
  };
}
