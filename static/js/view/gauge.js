/** The gauge: an arc from 0 to 100 with the category cuts, the interval of the ensemble and the score. */
import { setAttributes, svg } from "../dom.js";

const CENTRE = 100;
const START_DEG = 150;
const SWEEP_DEG = 240;
const BAND_RADIUS = 92;
const TRACK_RADIUS = 76;

function pointAt(score, radius) {
  const angle = ((START_DEG + (SWEEP_DEG * score) / 100) * Math.PI) / 180;
  return [CENTRE + radius * Math.cos(angle), CENTRE + radius * Math.sin(angle)].map((number) => number.toFixed(2));
}

function arc(from, to, radius) {
  const large = ((to - from) * SWEEP_DEG) / 100 > 180 ? 1 : 0;
  return `M${pointAt(from, radius)}A${radius} ${radius} 0 ${large} 1 ${pointAt(to, radius)}`;
}

const GAP = 0.9; // points left open between two bands

const bandsOf = ({ medium_risk: medium, high_risk: high }) => [
  ["low", 0, medium - GAP], ["medium", medium + GAP, high - GAP], ["high", high + GAP, 100],
];

/** Draws the gauge once and returns a function that updates it. */
export function createGauge(element) {
  const bands = svg("g");
  const interval = svg("path", { class: "gauge-interval" });
  const value = svg("path", { class: "gauge-value", d: arc(0, 100, TRACK_RADIUS), pathLength: 100 });
  element.append(svg("path", { class: "gauge-track", d: arc(0, 100, TRACK_RADIUS) }), interval, value, bands);

  return ({ thresholds, assessment, text }) => {
    if (thresholds && bands.childElementCount === 0) bands.append(...bandsOf(thresholds).map(band));
    const score = assessment?.risk_score ?? null;
    setAttributes(element, { "aria-valuenow": score ?? 0, "aria-valuetext": text });
    setAttributes(value, { "stroke-dasharray": `${score ?? 0} 101`, visibility: score ? null : "hidden" });
    const range = assessment?.interval?.map((score) => Math.min(100, Math.max(0, score))); // a capped one reaches beyond
    setAttributes(interval, { d: range && range[1] > range[0] ? arc(...range, TRACK_RADIUS) : null });
  };
}

const band = ([category, from, to]) =>
  svg("path", { class: "gauge-band", "data-category": category, d: arc(from, to, BAND_RADIUS) });
