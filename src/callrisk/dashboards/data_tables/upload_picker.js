/**
 * Hands a file in, part by part, to the route of the app: the browser never holds it whole, a proxy sees small
 * requests only, and a lost line is waited for. The page is told once the file is there.
 */
const PART_BYTES = 8 * 1024 * 1024;
const TRIES = 8;
const WAIT_MS = 1500;

export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".hand-in");
  const [input, bar, told] = ["input", "progress", "p"].map((tag) => room.querySelector(tag));
  room.querySelector("span").textContent = data.texts.choose;
  input.accept = data.accept;
  bar.setAttribute("aria-label", data.texts.sending);
  input.onchange = async () => {
    const [file] = input.files;
    if (!file) return;
    input.disabled = true;
    bar.hidden = false;
    const show = (sent) => {
      bar.value = file.size ? sent / file.size : 0;
      told.textContent = `${data.texts.sending} ${Math.floor(bar.value * 100)} %`;
    };
    show(0);
    try {
      setTriggerValue("uploaded", await handIn(file, data.path, show));
    } catch (error) {
      told.textContent = data.texts[error.message] ?? data.texts["upload.lost"];
    }
    input.value = "";
    input.disabled = false;
    bar.hidden = true;
  };
}

/** Returns the id of the draft once every byte is there. */
async function handIn(file, path, show) {
  const query = new URLSearchParams({ name: file.name, size: file.size });
  const begun = await asked(`${path}?${query}`, "POST", new Blob());
  let sent = 0;
  for (let tries = 0; sent < file.size; ) {
    try {
      const part = file.slice(sent, sent + PART_BYTES);
      const answer = await asked(`${path}/${begun.id}?offset=${sent}`, "PUT", part);
      sent = answer.received;
      tries = 0;
    } catch (error) {
      tries += 1;
      if (error.final || tries > TRIES) throw error;
      if (error.received !== undefined) sent = error.received;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
    show(sent);
  }
  return begun.id;
}

async function asked(url, method, body) {
  const headers = { "Content-Type": "application/octet-stream" };
  const answer = await fetch(url, { method, body, headers });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  // What the app refuses by a word of its own stays refused; anything else may pass.
  throw Object.assign(new Error(said.key), { final: Boolean(said.key), received: said.received });
}
