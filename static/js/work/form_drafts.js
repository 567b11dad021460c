/** Drafts of the forms of a call: kept while somebody types, there again with the call, gone once it was sent. */

const KEEP_AFTER_MS = 300;

/**
 * Returns {show, touched, done} of a form whose `fields` are kept under a `kind`. `drafts` is the promise of
 * `draftsOf`; `restored()` is called when a draft stands in the form again.
 */
export function formDrafts(form, { kind, fields, drafts, restored = () => {} }) {
  let callId = null;
  let waiting = null;

  const nameOf = (id) => `${kind} ${id}`;
  const values = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  const isEmpty = (kept) => Object.values(kept).every((value) => value.trim() === "");

  async function keep(id, kept) {
    if (isEmpty(kept)) await (await drafts).drop(nameOf(id));
    else await (await drafts).keep(nameOf(id), JSON.stringify(kept));
  }

  function keepNow() {
    if (waiting === null) return;
    forget();
    keep(callId, values()).catch((error) => reportError(error));
  }

  function forget() {
    clearTimeout(waiting);
    waiting = null;
  }

  function touched() {
    clearTimeout(waiting);
    waiting = setTimeout(keepNow, KEEP_AFTER_MS);
  }

  async function read(id) {
    const text = await (await drafts).read(nameOf(id));
    if (id !== callId || text === "" || !isEmpty(values())) return;
    for (const [name, value] of Object.entries(JSON.parse(text))) if (fields.includes(name)) form.elements[name].value = value;
    restored();
  }

  form.addEventListener("input", touched);
  addEventListener("pagehide", keepNow);

  return {
    touched,

    /** Empties the form for a call, and fills in the draft that it has. */
    show(id) {
      keepNow();
      callId = id;
      for (const name of fields) form.elements[name].value = "";
      return read(id).catch((error) => reportError(error));
    },

    /** Lets go of what was sent for a call; what is typed by now for another one stays. */
    async done(id) {
      if (id === callId) {
        forget();
        for (const name of fields) form.elements[name].value = "";
      }
      await (await drafts).drop(nameOf(id));
    },
  };
}
