/**
 * Holds the touch page in a frame over the whole app. The frame hangs on the document and not on what Streamlit
 * draws, so that it stays as it is while Streamlit draws again, is away, or starts again.
 */
const ID = "callrisk-touch";
const READY_WITHIN_MS = 5000; // then the page is asked for again, until the server answers
const LEFT_FOR_MS = 1500; // Streamlit may take the component away and bring it back at once

let leaving = null;

export default function ({ data }) {
  clearTimeout(leaving);
  describe(data.title);
  const page = new URL(data.page + data.query, location.href);
  const kept = document.getElementById(ID);
  if (kept?.dataset.page === page.href) tell(kept, data);
  else {
    kept?.remove();
    document.body.append(held(page, data));
  }
  return () => { leaving = setTimeout(() => document.getElementById(ID)?.remove(), LEFT_FOR_MS); };
}

/** Makes the app one that can be installed, and has a keyboard that opens make it smaller. */
function describe(title) {
  document.title = title;
  if (document.querySelector("link[rel=manifest]")) return;
  const links = { manifest: "tablet.webmanifest", "apple-touch-icon": "icons/icon-192.png" };
  for (const [rel, file] of Object.entries(links)) {
    document.head.append(Object.assign(document.createElement("link"), { rel, href: new URL(`app/static/${file}`, document.baseURI).href }));
  }
  const view = document.querySelector("meta[name=viewport]");
  view.content += ", viewport-fit=cover, interactive-widget=resizes-content";
}

function tell(room, { title, away }) {
  room.querySelector("iframe").title = title;
  room.querySelector("p").textContent = away;
}

function held(page, data) {
  const room = document.createElement("div");
  room.id = ID;
  room.dataset.page = page.href;
  const notice = document.createElement("p");
  notice.setAttribute("role", "status");
  notice.hidden = true;
  const frame = document.createElement("iframe");
  frame.allow = "screen-wake-lock; autoplay; fullscreen";
  frame.src = page.href + data.place;
  room.append(notice, frame);
  tell(room, data);
  let isReady = false;

  const asking = setInterval(() => {
    if (!room.isConnected) return stop();
    if (isReady) return undefined;
    notice.hidden = false;
    frame.src = page.href + data.place; // where it fails, a browser shows a page of its own
    return undefined;
  }, READY_WITHIN_MS);

  function hear({ source, origin, data: told }) {
    if (source !== frame.contentWindow || origin !== page.origin) return;
    if (told.callrisk === "ready") {
      isReady = true;
      notice.hidden = true;
      frame.focus();
    } else if (told.callrisk === "login") {
      location.reload(); // what stands before this app leads to the login and back
    } else if (told.callrisk === "route") {
      showCall(told.callId);
    }
  }

  function stop() {
    clearInterval(asking);
    removeEventListener("message", hear);
  }
  addEventListener("message", hear);
  return room;
}

/** Names the open call in the address of the app, so that a reload and a bookmark lead to it. */
function showCall(callId) {
  const address = new URL(location.href);
  if (callId) address.searchParams.set("call", callId);
  else address.searchParams.delete("call");
  history.replaceState(history.state, "", address);
}
