/** The search of ended calls: fields for facts and words, and the calls that were found with the place of the words. */
import { byId, fromTemplate, mirror, setText } from "../../dom.js";
import { errorText } from "../../error_text.js";
import { day, duration, hourAndMinute } from "../../format.js";
import { language, t } from "../../i18n.js";
import { setIconText } from "../../icons.js";
import { whenChanged } from "../../store.js";
import { markedParts } from "../../search/search_state.js";

const INTENTS = ["hardship", "inability", "refusal", "delay_request", "income_loss", "past_default", "other_debt", "dispute", "cancellation",
  "promise", "capacity", "obligation_ack", "third_party", "evasion", "resolved"];
const NARROW = matchMedia("(width < 820px)");
const COMPOSING = 229; // the key code of Enter that ends a composition, where the event does not say so

export function searchView(actions) {
  const dialog = byId("search-dialog");
  const form = byId("search-form");
  byId("search-more").addEventListener("click", actions.moreOfSearch);
  byId("search-again").addEventListener("click", actions.askAgain);
  byId("search-clear").addEventListener("click", () => {
    form.reset(); // also what was typed and not asked yet
    actions.clearSearch();
  });
  dialog.addEventListener("close", actions.closeSearch);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === COMPOSING)) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    actions.askSearch(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()])));
    if (NARROW.matches) byId("search-room").focus(); // the fields fill the screen there
  });
  const offer = whenChanged((state) => [state.outcomes, language(), questionOf(state)], offerChoices(form));
  // Only with another question: what somebody types meanwhile stays.
  const fill = whenChanged((state) => [questionOf(state)], fillForm(form));
  const list = whenChanged((state) => [state.search.hits, state.outcomes, language()], showHits(actions));

  return (state) => {
    const { search } = state;
    if (search.isOpen !== dialog.open) {
      if (search.isOpen) dialog.showModal();
      else dialog.close();
    }
    if (!search.isOpen) return;
    offer(state);
    fill(state);
    list(state);
    showStatus(search);
  };
}

const questionOf = ({ search }) => JSON.stringify(search.asked);

function fillForm(form) {
  return ({ search }) => {
    for (const [name, value] of Object.entries(search.asked)) form.elements[name].value = value;
  };
}

function offerChoices(form) {
  return ({ search, outcomes }) => {
    const { intent, outcome, category } = form.elements;
    choices(intent, INTENTS.map((name) => [name, t(`statement.${name}`)]), search.asked.intent);
    choices(outcome, outcomes.map((one) => [one.code, language() === "en" ? one.en : one.ja]), search.asked.outcome);
    choices(category, ["high", "medium", "low"].map((name) => [name, t(`category.${name}`)]), search.asked.category);
  };
}

/** Fills a select and keeps what is chosen; a value that it does not know, such as an outcome of before, is offered as it is. */
function choices(select, known, value) {
  const { value: chosen } = select;
  const all = !value || known.some(([name]) => name === value) ? known : [...known, [value, value]];
  select.replaceChildren(...[["", t("search.any")], ...all].map(([name, words]) => new Option(words, name)));
  select.value = chosen;
}

function showStatus({ status, hits, cursor, searchedBackTo, failure }) {
  byId("search-room").ariaBusy = String(status === "loading");
  const said = {
    new: "", loading: t("search.loading"), short: t("search.too_short"), failed: failure ? errorText(failure) : "",
    found: hits.length === 0 && cursor === null ? t("search.nothing") : t("search.found", { n: hits.length }),
  }[status];
  const reached = status === "found" && cursor !== null && searchedBackTo ? t("search.back_to", { day: day(searchedBackTo) }) : "";
  setText(byId("search-status"), [said, reached].filter(Boolean).join(" "));
  byId("search-status").dataset.status = status;
  byId("search-words").ariaInvalid = String(status === "short");
  showButtons(status, cursor);
}

/** Shows "more" and "again", which keep the focus while something is read; once one has nothing to do, the focus goes on. */
function showButtons(status, cursor) {
  const [more, again] = [byId("search-more"), byId("search-again")];
  const focused = document.activeElement;
  const isLoading = status === "loading";
  more.hidden = cursor === null || !(status === "found" || (isLoading && again.hidden));
  again.hidden = !(status === "failed" || (isLoading && !again.hidden));
  for (const button of [more, again]) button.ariaDisabled = String(isLoading);
  if (!focused?.hidden || (focused !== more && focused !== again)) return;
  [again, more, byId("search-room")].find((element) => !element.hidden).focus({ preventScroll: true });
}

function showHits(actions) {
  return ({ search, outcomes }) =>
    mirror(byId("search-hits"), search.hits.map((hit) => ({ hit, outcomes })), ({ hit }) => hit.call_id, () => hitItem(actions));
}

function hitItem(actions) {
  const { node, slots } = fromTemplate("search-hit");
  let shown = null;
  node.querySelector("button").addEventListener("click", () => actions.openHit(shown));

  function draw({ hit, outcomes }) {
    shown = hit;
    setText(slots.name, nameOf(hit));
    slots.demo.hidden = !hit.demo;
    setText(slots.time, `${day(hit.started_at)} ${hourAndMinute(hit.started_at)}`);
    setText(slots.length, duration(hit.duration_s));
    setText(slots.agent, t("calls.agent", { id: hit.agent_id }));
    const category = hit.final_risk_category;
    slots.category.hidden = category === null;
    node.querySelector("button").dataset.category = category ?? "none";
    if (category !== null) setIconText(slots.category, category, `${t(`category.${category}`)} ${hit.final_risk_score}`);
    const outcome = outcomes.find(({ code }) => code === hit.outcome);
    setText(slots.outcome, outcome ? (language() === "en" ? outcome.en : outcome.ja) : hit.outcome ?? "");
    slots.outcome.hidden = !hit.outcome;
    slots.places.replaceChildren(...hit.places.map(placeOf));
  }
  return { node, update: whenChanged(({ hit, outcomes }) => [hit, outcomes, language()], draw) };
}

function nameOf({ customer_name: name, customer_id: id }) {
  if (name) return t("customer.named", { name });
  return id === null ? t("customer.anonymous") : t("customer.numbered", { id });
}

function placeOf(place) {
  const line = document.createElement("span");
  const mark = document.createElement("mark");
  const kind = document.createElement("span");
  const [before, words, after] = markedParts(place);
  kind.className = "tag";
  kind.textContent = t(place.note_id === null ? "search.said" : "search.noted");
  mark.textContent = words;
  line.className = "search-place";
  line.append(kind, " ", before, mark, after);
  return line;
}
