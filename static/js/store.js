/** Holds the one state, and lets the page draw it at most once a frame. */

/** A view that draws only when something that it is made of is another than before. */
export function whenChanged(parts, view) {
  let shown = [];
  return (state) => {
    const now = parts(state);
    if (now.length === shown.length && now.every((part, place) => part === shown[place])) return;
    shown = now;
    view(state);
  };
}

export function createStore(reduce, initial) {
  let state = initial;
  let scheduled = false;
  const listeners = [];

  function draw() {
    scheduled = false;
    for (const listener of listeners) listener(state);
  }

  return {
    get state() { return state; },
    subscribe: (listener) => listeners.push(listener),
    dispatch(type, payload) {
      state = reduce(state, { type, payload });
      if (scheduled) return;
      scheduled = true;
      requestAnimationFrame(draw);
    },
  };
}
