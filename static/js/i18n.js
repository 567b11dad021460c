/** Texts of the page in the chosen language; texts about a call come from the server in both. */

const catalogues = {};
let current = "ja";

export const language = () => current;

export const LANGUAGES = ["ja", "en"];

/** Reads catalogues that are not there yet. */
export async function loadLanguages(wanted = LANGUAGES) {
  await Promise.all(wanted.filter((name) => !catalogues[name]).map(async (name) => {
    const answer = await fetch(`/static/i18n/${name}.json`);
    catalogues[name] = await answer.json();
  }));
}

export function useLanguage(wanted) {
  current = LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
  document.documentElement.lang = current;
}

/** Returns the text of a key with {names} filled in. */
export function t(key, values = {}) {
  const words = catalogues[current][key];
  if (words === undefined) throw new Error(`No words for "${key}" in ${current}`);
  return together(words.replace(/\{(\w+)\}/g, (_, name) => values[name]));
}

const BEFORE_UNIT = /(\d)[ \u00a0](?=円|回|件|秒|分|時間|日|か月|年|文字|字|点|倍|人|%)/gu;
const BEFORE_WORD = /(\d) (?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/gu;

/** Joins a number and its Japanese unit as Japanese is written (34,300円, 60か月), and keeps other words on its line. */
const together = (text) => text.replace(BEFORE_UNIT, "$1").replace(BEFORE_WORD, "$1\u00a0");

/** Returns a field that the server sends in both languages: `x` in Japanese, `x_en` in English. */
export const pick = (record, field) => together(record[current === "en" ? `${field}_en` : field]);

/** Fills in the texts that the markup names by key. */
export function localise(root) {
  const places = { "[data-i18n]": write("i18n", "textContent"), "[data-i18n-label]": write("i18nLabel", "ariaLabel"),
    "[data-i18n-placeholder]": write("i18nPlaceholder", "placeholder") };
  for (const [selector, fill] of Object.entries(places)) {
    if (root.matches?.(selector)) fill(root);
    root.querySelectorAll(selector).forEach(fill);
  }
}

const write = (dataName, property) => (element) => { element[property] = t(element.dataset[dataName]); };
