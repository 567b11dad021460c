/** The sentiment of both speakers so far, as shares of their turns and in words. */
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { mean } from "../format.js";
import { t } from "../i18n.js";
import { selected } from "../selectors.js";

const ROLES = ["customer", "agent"];
const MOODS = ["positive", "neutral", "negative", "unlabelled"];

export function sentimentView() {
  return (state) => {
    const sentiment = selected(state)?.assessment?.sentiment;
    byId("moods-card").hidden = !sentiment;
    if (!sentiment) return;
    const rows = ROLES.map((role) => ({ role, counts: sentiment[role] }));
    mirror(byId("moods"), rows, ({ role }) => role, moodRow);
  };
}

function moodRow() {
  const { node, slots } = fromTemplate("mood-bar");
  function update({ role, counts }) {
    const turns = MOODS.reduce((sum, mood) => sum + counts[mood], 0);
    setText(slots.who, t(`role.${role.toUpperCase()}`));
    mirror(slots.bar, MOODS.filter((mood) => counts[mood] > 0), (mood) => mood, segment);
    for (const part of slots.bar.children) part.style.flexGrow = counts[part.dataset.key];
    setText(slots.words, turns === 0 ? t("sentiment.none") : words(counts));
  }
  return { node, update };
}

function segment() {
  const node = document.createElement("span");
  return { node, update: (mood) => { node.dataset.mood = mood; } };
}

function words(counts) {
  const parts = MOODS.filter((mood) => counts[mood] > 0).map((mood) => t(`sentiment.${mood}`, { n: counts[mood] }));
  if (counts.score !== null) parts.push(t("sentiment.score", { score: mean(counts.score) }));
  return parts.join(t("list_separator"));
}
