// Leaves the page for the login as soon as the session is over; runs before Streamlit's own scripts.
(() => {
  const path = document.currentScript.dataset.path;
  const Original = window.WebSocket;
  const ENDED = 4401;
  const REFUSALS = [401, 403];
  let isAsking = false;

  // The server answers a page without a session with the way to the login.
  const leave = () => window.location.reload();

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    for (;;) {
      try {
        const answer = await fetch(`${path}/_stcore/health`, { cache: "no-store" });
        if (REFUSALS.includes(answer.status)) return leave();
        if (answer.ok) break;
      } catch {
        // Nobody answers; Streamlit says so on the page.
      }
      await new Promise((done) => setTimeout(done, 1000));
    }
    isAsking = false;
  };

  window.WebSocket = class extends Original {
    constructor(...asked) {
      super(...asked);
      this.addEventListener("close", (event) => (event.code === ENDED ? leave() : ask()));
    }
  };
})();
