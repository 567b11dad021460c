/** The store: holds the page's state and redraws at most once per frame. */

/** Returns a view that redraws only when one of its inputs has changed. */
export function whenChanged(parts, view) {
  let shown = [];
  return (state) => {
    const now = parts(state);
    if (now.length === shown.length && now.every((part, place) => part === shown[place])) return;
    shown = now;
    view(state);
  };
}

/** Returns a view that redraws at most once per interval, but at once when an urgent input has changed. */
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

/**
 * Returns the store. An event or a view that fails is handed to `onFault`, and the rest goes on: one bad entry
 * must not stop the page.
 */
export function createStore(reduce, initial, onFault) {
  let state = initial;
  let scheduled = false;
  const listeners = [];

  function attempt(step) {
    try {
      step();
    } catch (error) {
      onFault(error);
    }
  }

  function draw() {
    scheduled = false;
    for (const listener of listeners) attempt(() => listener(state));
  }

  return {
    get state() { return state; },
    subscribe: (listener) => listeners.push(listener),
    dispatch(type, payload) {
      attempt(() => { state = reduce(state, { type, payload }); });
      if (scheduled) return;
      scheduled = true;
      requestAnimationFrame(draw);
    },
  };
}
