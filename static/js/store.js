/** Holds the one state, and lets the page draw it at most once a frame. */

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
