/** The quality of the call: figures of who speaks how, beside what is usual where that was measured. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { percent } from "../format.js";
import { t } from "../i18n.js";
import { qualityOf } from "../quality.js";
import { selected } from "../selectors.js";

const seconds = (value) => t("quality.seconds", { n: Math.round(value) });
const pace = (value) => t("quality.letters", { n: value });
const SHOWN = { talk_share: percent, overlap: percent, silence: seconds, pace_customer: pace, pace_agent: pace };

export function qualityView() {
  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const usual = state.usual?.[String(entry.info.demo)] ?? null;
    const figures = qualityOf(entry, usual);
    byId("quality").hidden = figures.length === 0;
    mirror(byId("quality-figures"), figures, ({ name }) => name, row);
    const isMeasured = figures.some(({ beside }) => beside !== null);
    setText(byId("quality-usual"), isMeasured ? t("quality.measured", { n: usual.calls }) : t("quality.unmeasured"));
  };
}

function row() {
  const { node, slots } = fromTemplate("quality-row");
  function update({ name, value, usual, beside }) {
    node.dataset.name = name;
    node.dataset.beside = beside ?? "none";
    setText(slots.name, t(`quality.${name}`));
    setText(slots.value, SHOWN[name](value));
    setText(slots.usual, usual ? t("quality.usual", { low: SHOWN[name](usual.low), high: SHOWN[name](usual.high) }) : "");
    setText(slots.beside, beside === null ? "" : t(`quality.beside_${beside}`));
  }
  return { node, update };
}
