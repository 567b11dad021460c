/** Texts of the page in the chosen language; texts about a call come from the server in both. */

const catalogues = {};
let current = "ja";

export const language = () => current;

export async function useLanguage(wanted) {
  catalogues[wanted] ??= await fetch(`/static/i18n/${wanted}.json`).then((answer) => answer.json());
  current = wanted;
  document.documentElement.lang = wanted;
}

/** Returns the text of a key with {names} filled in. */
export function t(key, values = {}) {
  const words = catalogues[current][key];
  if (words === undefined) throw new Error(`No words for "${key}" in ${current}`);
  return together(words.replace(/\{(\w+)\}/g, (_, name) => values[name]));
}

/** Joins a number and its unit with a no-break space. */
const together = (text) => text.replace(/(\d) (?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}%])/gu, "$1\u00a0");

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
