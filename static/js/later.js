/** Parts of the page that nobody needs to see a call: read once the first one stands there, or as soon as they are wanted. */
import { byId } from "./dom.js";

const parts = [];
let begun = null;

/** Adds a style sheet, and waits until it holds. */
export function styleSheet(name) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/static/css/${name}.css` });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => { link.remove(); reject(new Error(`no style sheet ${name}`)); });
    byId("last-styles").before(link); // high contrast and the like hold over everything
  });
}

/**
 * Returns a view whose module `load` reads later. `isNeeded(state)` says that it is wanted now; what is pressed in
 * one of the `places` before it is there is pressed once more then.
 */
export function laterView(load, { isNeeded = () => false, places = [] } = {}) {
  return (actions) => {
    let view = null;
    let latest = null;
    let reading = null;

    const read = () => (reading ??= load().then((make) => {
      view = make(actions);
      if (latest) view(latest);
    }).catch((error) => {
      reading = null; // with the server back it is read again
      throw error;
    }));
    parts.push(read);
    for (const id of places) {
      byId(id).addEventListener("submit", (event) => view ?? event.preventDefault());
      byId(id).addEventListener("click", ({ target }) => {
        const button = target.closest("button");
        if (!view && button) read().then(() => button.click()).catch((error) => reportError(error));
      });
    }
    return (state) => {
      latest = state;
      if (view) view(state);
      else if (!reading && isNeeded(state)) readLater();
    };
  };
}

/** Reads everything that is not there yet; asked again after a failure. */
export function readLater() {
  if (begun) return begun;
  performance.mark("later");
  begun = Promise.all(parts.map((read) => read())).catch(() => { begun = null; });
  return begun;
}

/** Adds something else that is read with the rest. */
export const alsoLater = (read) => parts.push(read);
