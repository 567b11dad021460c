/** What was heard about paying in the call: newest first, each leading to its turn. */
import { judgedBy, placeOf } from "../account.js";
import { byId, fromTemplate, mirror, setAttributes, setText } from "../dom.js";
import { duration, signed } from "../format.js";
import { language, t } from "../i18n.js";
import { selected } from "../selectors.js";
import { heardIn } from "../statements.js";
import { whenChanged } from "../store.js";
import { directionOf } from "./category.js";
import { concernState, nameOf, writeName } from "./statement_name.js";

const SHOWN = 4; // as in heard.css; on a desk the reasons below stay in sight

export function heardView(actions) {
  const announce = announcer();
  const foldEarlier = fold("heard-earlier", "heard-list");
  const foldSuppressed = fold("heard-suppressed", "heard-suppressed-list");

  function draw(state) {
    const entry = selected(state);
    if (!entry) return;
    const { counted, suppressed } = heardIn(entry.segments);
    const judged = judgedBy(entry.assessment);
    list("heard-list", counted.map((statement) => ({ ...statement, judged: judged(statement) })), actions);
    list("heard-suppressed-list", suppressed, actions);
    setText(byId("heard-count"), counted.length > 0 ? String(counted.length) : "");
    byId("heard-none").hidden = counted.length > 0 || !entry.loaded;
    setText(byId("heard-none"), t(`heard.none_${entry.info.status}`));
    foldEarlier("heard.earlier", counted.length - SHOWN);
    foldSuppressed("heard.suppressed", suppressed.length);
    announce(entry, counted);
  }

  const inputs = (state) => {
    const entry = selected(state);
    return [entry?.info.call_id, entry?.info.status, entry?.segments, entry?.assessment?.statements, entry?.loaded, language()];
  };
  return whenChanged(inputs, draw);
}

const list = (id, statements, actions) => mirror(byId(id), statements, ({ key }) => key, () => heardItem(actions));

function heardItem(actions) {
  const { node, slots } = fromTemplate("heard-item");
  let shown = null;
  node.querySelector("button").addEventListener("click", () => actions.pointAt(shown.segment_id, placeOf(shown)));
  function update(statement) {
    shown = statement;
    setText(slots.time, statement.begin_ms === null ? "" : duration(statement.begin_ms / 1000));
    writeName(slots.name, statement);
    setText(slots.phrase, `「${statement.phrase}」`);
    showPoints(slots, statement);
  }
  return { node, update };
}

/** Shows the points that a statement moved, and whether its concern is still open. */
function showPoints({ points, state }, statement) {
  const { judged = null } = statement;
  points.hidden = judged === null;
  points.dataset.direction = directionOf(judged?.points ?? 0);
  setText(points, judged === null ? "" : signed(judged.points));
  const concern = concernState(statement, judged);
  state.hidden = concern === null;
  state.dataset.concern = concern;
  setText(state, concern === null ? "" : t(`statement.${concern}`));
}

/** Returns a function that shows a button for what of a list is folded away, if anything is. */
function fold(buttonId, listId) {
  const button = byId(buttonId);
  let open = false;
  function show() {
    setAttributes(button, { "aria-expanded": open });
    byId(listId).toggleAttribute("data-all", open);
  }
  button.addEventListener("click", () => {
    open = !open;
    show();
  });
  show();
  return (key, count) => {
    button.hidden = count <= 0;
    setText(button, t(key, { n: count }));
  };
}

/** Returns a function that tells screen readers what is new in a call, not what was there when it was opened. */
function announcer() {
  let callId = null;
  let known = new Set();
  return ({ info, loaded }, counted) => {
    const opened = info.call_id !== callId || !loaded;
    const news = opened ? [] : counted.filter(({ key }) => !known.has(key));
    const said = news.map((statement) => t("heard.news", { name: nameOf(statement), phrase: statement.phrase }));
    if (opened || said.length > 0) setText(byId("heard-news"), said.join(" "));
    callId = info.call_id;
    known = new Set(counted.map(({ key }) => key));
  };
}
