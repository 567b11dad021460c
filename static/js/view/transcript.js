/** The transcript: the customer on the left, the agent on the right, with marks on what is said about paying. */
import { judgedBy, placeOf } from "../account.js";
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { duration } from "../format.js";
import { language, t } from "../i18n.js";
import { setIconText } from "../icons.js";
import { selected } from "../selectors.js";
import { piecesOf } from "../statements.js";
import { whenChanged } from "../store.js";
import { correctionsOf } from "../work/corrections.js";
import { markLabel } from "./marks/mark_label.js";

const NEAR_THE_END_PX = 48;
const POINTED_AT_MS = 2500;

export function transcriptView() {
  const scroll = byId("turns-scroll");
  const pill = byId("new-turns");
  let shownCall = null;
  let following = true; // false while someone reads further up
  let seen = 0; // turns that were there when they left the end
  let pointedAt = null;

  let laidOut = ""; // the sizes when the end was shown last
  const sizes = () => `${scroll.scrollHeight} ${scroll.clientHeight}`;
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    laidOut = sizes();
  };
  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_THE_END_PX;
  scroll.addEventListener("scroll", () => {
    // A turned tablet moves the words under the reader, who did not leave the end by that.
    if (following && sizes() !== laidOut) return toEnd();
    following = atEnd();
    if (following) pill.hidden = true;
  });
  const resized = new ResizeObserver(() => following && toEnd());
  for (const one of [scroll, byId("turns")]) resized.observe(one);
  pill.addEventListener("click", () => { following = true; toEnd(); });

  function pointAt({ segmentId, place }) {
    const node = byId("turns").querySelector(`[data-segment-id="${CSS.escape(segmentId)}"]`);
    if (!node) return;
    following = false;
    const label = place && node.querySelector(`button[data-place="${CSS.escape(place)}"]`);
    node.scrollIntoView({ block: "center" });
    (label || node).focus({ preventScroll: true });
    node.setAttribute("data-pointed-at", "");
    setTimeout(() => node.removeAttribute("data-pointed-at"), POINTED_AT_MS);
  }

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    if (entry.info.call_id !== shownCall) following = true;
    shownCall = entry.info.call_id;
    const judged = judgedBy(entry.assessment);
    const corrections = correctionsOf(entry.notes);
    const numberOf = speakerNumbers(entry.segments);
    const rows = entry.segments.map((segment) => ({ segment, judged, corrections, number: numberOf(segment) }));
    mirror(byId("turns"), rows, ({ segment }) => `${shownCall}/${segment.segment_id}`, turn);
    renderEmpty(entry);
    if (state.pointedAt !== pointedAt) {
      pointedAt = state.pointedAt;
      if (pointedAt) pointAt(pointedAt);
    }
    if (following) {
      seen = entry.segments.length;
      toEnd();
    }
    const fresh = entry.segments.length - seen;
    pill.hidden = following || fresh <= 0;
    if (!pill.hidden) setIconText(pill, "down", t("transcript.new", { n: fresh }));
  };
}

function turn() {
  const { node, slots } = fromTemplate("turn");
  function draw({ segment, judged, corrections, number }) {
    node.dataset.segmentId = segment.segment_id;
    node.dataset.role = segment.role;
    node.toggleAttribute("data-provisional", segment.provisional);
    node.toggleAttribute("data-repeated", Boolean(segment.repeated));
    setText(slots.role, roleName(segment, number));
    setText(slots.time, segment.begin_ms === null ? "" : duration(segment.begin_ms / 1000));
    writeMarked(slots.text, segment, judged, corrections);
    showMood(slots.mood, segment);
  }
  return { node, update: whenChanged(({ segment, judged, corrections, number }) => [segment, pointsIn(segment, judged, corrections), number, language()], draw) };
}

/** Returns a function that numbers the speakers of one role, in the order in which they are heard. */
function speakerNumbers(segments) {
  const heard = new Map();
  for (const { role, participant_id: id = null } of segments) heard.set(role, (heard.get(role) ?? new Set()).add(id));
  return ({ role, participant_id: id = null }) => [...heard.get(role)].indexOf(id) + 1;
}

const roleName = ({ role }, number) =>
  (number > 1 ? t("transcript.speaker", { role: t(`role.${role}`), n: number }) : t(`role.${role}`));

/** Returns the points and corrections of all statements of a turn as one text, which differs when any of them does. */
const pointsIn = ({ statements = [] }, judged, corrections) => statements.map((one) => {
  const [found, correction] = [judged(one), corrections.get(placeOf(one))];
  return `${found && `${found.points}${found.open}`} ${correction && `${correction.note.note_id}${correction.verdict}`}`;
}).join();

/** Writes the text with its marked phrases, each followed by the name of what it says. */
function writeMarked(element, { text, statements = [] }, judged, corrections) {
  const held = element.contains(document.activeElement) ? document.activeElement.dataset.place : null;
  if (statements.length === 0) {
    setText(element, text);
    return held && element.closest(".turn").focus({ preventScroll: true });
  }
  element.replaceChildren(...piecesOf(text, statements).flatMap(({ text: words, tone, ends }) => {
    if (tone === null) return [words];
    const mark = document.createElement("mark");
    mark.textContent = words;
    mark.dataset.tone = tone;
    return [mark, ...ends.map((statement) => markLabel(statement, judged(statement), corrections.get(placeOf(statement))))];
  }));
  // What a later turn has understood otherwise has another mark: its turn keeps the focus.
  return held && (element.querySelector(`button[data-place="${CSS.escape(held)}"]`) ?? element.closest(".turn")).focus({ preventScroll: true });
}

/** Shows the telephony's sentiment, or an estimate from the words that is marked as one. */
function showMood(element, { provisional, unconfirmed, repeated, sentiment, sentiment_estimate: estimate }) {
  const mood = sentiment ?? estimate;
  element.hidden = !provisional && !unconfirmed && !repeated && !mood;
  element.dataset.mood = provisional || unconfirmed || repeated ? "PROVISIONAL" : mood;
  element.toggleAttribute("data-estimate", !provisional && !sentiment && Boolean(estimate));
  if (provisional) setIconText(element, "listening", t("transcript.provisional"));
  else if (unconfirmed) setIconText(element, "alert", t("transcript.unconfirmed"));
  else if (repeated) setIconText(element, "info", t("transcript.repeated"));
  else if (sentiment) setIconText(element, sentiment, t(`mood.${sentiment}`));
  else if (estimate) setIconText(element, estimate, t("mood.estimate", { mood: t(`mood.${estimate}`) }));
}

function renderEmpty({ info, segments }) {
  const waitsForRest = info.source === "rest" && info.status === "active";
  byId("turns-empty").hidden = segments.length > 0;
  setText(byId("turns-empty-text"), t(waitsForRest ? "transcript.empty_rest" : "transcript.empty"));
}
