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

/** A view that draws at most every so often, but at once when something urgent is another than before. */
export function atMostEvery(milliseconds, urgent, view) {
  let drawnAt = -Infinity;
  let waiting = null;
  let latest = null;
  function draw() {
    clearTimeout(waiting);
    [waiting, drawnAt] = [null, performance.now()];
    view(latest);
  }
  const atOnce = whenChanged(urgent, draw);
  return (state) => {
    latest = state;
    const before = drawnAt;
    atOnce(state);
    if (waiting !== null || drawnAt !== before) return;
    const rest = drawnAt + milliseconds - performance.now();
    if (rest <= 0) draw();
    else waiting = setTimeout(draw, rest);
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
