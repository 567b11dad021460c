/** Preferences stored in this browser: language, theme, agent id, keyboard shortcuts. */

const read = (name) => localStorage.getItem(`callrisk.${name}`);
const write = (name, value) => localStorage.setItem(`callrisk.${name}`, value);

const THEMES = ["system", "light", "dark"];

export const theme = () => read("theme") ?? "system";

export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  write("theme", next);
  document.documentElement.dataset.theme = next;
}

const asked = (name) => new URLSearchParams(globalThis.location?.search).get(name);

export const language = () => read("language") ?? asked("lang") ?? (navigator.language.startsWith("ja") ? "ja" : "en");
export const rememberLanguage = (language) => write("language", language);

export const agentId = () => asked("agent") ?? read("agent_id") ?? "";
export const rememberAgentId = (agentId) => write("agent_id", agentId);

export const cardOpen = () => read("card") === "open";
export const rememberCardOpen = (open) => write("card", open ? "open" : "folded");

/** The wish to be called by sound or by the desktop's notifications; off until the person wants them. */
export const alertsBy = (means) => read(`alerts_by_${means}`) === "on";
export const rememberAlertsBy = (means, wanted) => write(`alerts_by_${means}`, wanted ? "on" : "off");

export const tourSeen = () => read("tour") === "seen";
export const rememberTourSeen = () => write("tour", "seen");

export const keysEnabled = () => read("keys") !== "off";
export const rememberKeysEnabled = (enabled) => write("keys", enabled ? "on" : "off");
