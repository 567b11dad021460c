/** The markup of the live page with its words, and states with one open call, for the cases of its views. */
import { readFileSync } from "node:fs";
import { documentOf } from "./document.mjs";
import { loadLanguages, useLanguage } from "../../static/js/i18n.js";
import { initialState } from "../../static/js/state.js";

// All of the globals stand before the first await: the views are read meanwhile.
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
// What the server writes for fingers alone is left out, or in.
const markupOf = (isTouch) => read("templates/live.html").replace(/\{% if touch %\}([^]*?)\{% endif %\}/g, isTouch ? "$1" : "");
const stored = new Map();

globalThis.document = documentOf(markupOf(false));
Object.assign(globalThis, {
  CSS: { escape: (words) => words },
  FormData: class {
    constructor(form) { this.fields = [...form.elements].filter(({ name }) => name).map(({ name, value }) => [name, value]); }
    [Symbol.iterator]() { return this.fields[Symbol.iterator](); }
  },
  Option: class {
    constructor(words, value) { return Object.assign(document.createElement("option"), { textContent: words, value }); }
  },
  ResizeObserver: class { observe() {} },
  addEventListener() {}, innerHeight: 1000, innerWidth: 1000, scrollTo() {}, scrollY: 0,
  localStorage: { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) },
  matchMedia: () => ({ matches: false }),
  requestAnimationFrame: (draw) => draw(),
  fetch: async (path) => new Response(read(path.slice(1))),
  window: globalThis,
});
await loadLanguages();

export const NOW = Date.parse("2026-04-01T01:00:00Z"); // ten o'clock in Japan

/** Begins a case on a fresh page in English, whose sentences have spaces. */
export function freshPage(language = "en", isTouch = false) {
  globalThis.document = documentOf(markupOf(isTouch));
  stored.clear();
  useLanguage(language);
}

export const byId = (id) => document.getElementById(id);
export const texts = (nodes) => [...nodes].map((node) => node.textContent);
export const linesOf = (id) => texts(byId(id).children);

/** Returns actions that note what they are asked: `asked` holds [name, ...values]. */
export function notingActions(answers = {}) {
  const asked = [];
  const note = (name) => (...values) => { asked.push([name, ...values]); return answers[name]; };
  return { asked, actions: new Proxy({}, { get: (_, name) => note(name) }) };
}

export const assessmentOf = (more = {}) => ({
  seq: 7, state: "live", risk_score: 72, risk_category: "high", timestamp: "2026-04-01T00:59:30Z", elapsed_s: 90,
  interval: [65, 80], probability: 0.25, base_rate: 0.1, high_times: null, skill: "proven", statements: [], contributions: [],
  start_points: 50, before_points: 0, said_points: 22, other_points: 0, cap_points: 0, sentiment: null,
  change: { points: 4, because: [] }, quality: { turns: 4, customer_turns: 2, customer_chars: 80, outside_population: false }, ...more,
});

export const callOf = (more = {}, info = {}) => ({
  assessment: null, headline: null, segments: [], notes: [], trend: [], plays: new Map(), loaded: true, ...more,
  info: { call_id: "c1", customer_id: "1001", customer_data: null, agent_id: "a1", status: "active", source: "rest",
    started_at: "2026-04-01T00:58:00Z", ended_at: null, duration_s: 0, demo: false, alerted: false, escalated: false,
    categories: [], phone: null, ...info },
});

/** Returns a state in which a call is open. */
export const stateOf = (entry = callOf(), more = {}) => ({
  ...initialState, now: NOW, connected: true, synced: true, selectedId: entry.info.call_id,
  calls: new Map([[entry.info.call_id, entry]]), ...more,
});

export const saidOf = (more = {}) => ({ segment_id: "s1", begin: 0, end: 4, intent: "hardship", phrase: "苦しいです",
  mood: "asserted", polarity: "positive", ...more });

export const turnOf = (more = {}) => ({ segment_id: "s1", role: "CUSTOMER", begin_ms: 61_000, end_ms: 64_000, text: "苦しいですね",
  statements: [], provisional: false, sentiment: null, sentiment_estimate: null, ...more });
