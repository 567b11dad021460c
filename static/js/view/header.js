/** The top of the page: connection, model and its skill, DEMO, language and theme. */
import { byId, setText } from "../dom.js";
import { clock } from "../format.js";
import { language, pick, t } from "../i18n.js";
import { icon, setIconText } from "../icons.js";
import { theme } from "../preferences.js";
import { connection, crmIsInTrouble, mayReadCalls, troublesOf } from "../selectors.js";

const PARTS = new Set(["store", "assessor", "playbook", "language", "masking", "storage", "jobs", "limits"]);
const THEME_ICON = { system: "system", light: "sun", dark: "moon" };

export function headerView(actions) {
  const languageButtons = document.querySelectorAll("[data-language]");
  for (const button of languageButtons) {
    button.addEventListener("click", () => actions.switchLanguage(button.dataset.language));
  }
  byId("theme-switch").addEventListener("click", actions.switchTheme);
  byId("stop-demo").addEventListener("click", actions.stopDemo);
  byId("crm-try-again").addEventListener("click", actions.tryCrmAgain);
  byId("search-open").append(icon("search"));
  byId("search-open").addEventListener("click", actions.openSearch);
  byId("keys-open").append(icon("keyboard"));
  byId("keys-open").addEventListener("click", () => byId("keys-dialog").showModal());

  return (state) => {
    renderConnection(state);
    renderModel(state.health);
    renderDemo(state);
    renderBanner(state);
    renderTheme();
    byId("search-open").hidden = !mayReadCalls(state);
    renderPerson(state.session);
    for (const button of languageButtons) button.ariaPressed = String(button.dataset.language === language());
  };
}

const since = (state) => clock(new Date(state.downSince).toISOString());

function renderConnection(state) {
  const { status, seconds } = connection(state);
  const element = byId("connection");
  element.dataset.status = status;
  setText(element, t(`connection.${status}`, { n: seconds, time: state.downSince && since(state) }));
}

function renderPerson(session) {
  const link = byId("account-link");
  link.hidden = session?.means !== "session";
  setText(link, session?.name ?? "");
}

function renderModel(health) {
  byId("model-badge").hidden = !health;
  if (!health) return;
  const kind = health.model_version ? health.skill : "none";
  const badge = health.demo && kind !== "none" ? `demo${kind === "unproven" ? "_unproven" : ""}` : kind;
  byId("model-badge").dataset.skill = badge;
  setText(byId("model-skill"), t(`model.${badge}`));
  setText(byId("model-about-title"), t(`model.${badge}`));
  setText(byId("model-about-text"), t(`model.${kind}_about`));
  byId("model-about-demo").hidden = !health.demo;
  byId("model-version").hidden = !health.model_version;
  setText(byId("model-version"), t("model.version", { version: health.model_version ?? "" }));
  const { command } = health.checks.model;
  byId("model-about-command").hidden = kind !== "none" || !command;
  setText(byId("model-about-command"), command);
}

function renderDemo({ health, demo }) {
  byId("demo-ribbon").hidden = !health?.demo && !demo?.playing;
  byId("stop-demo").hidden = !demo || !(demo.automatic || demo.playing > 0);
}

/** Shows the lost connection, else what the page could not show and the sentences of the server about its parts. */
function renderBanner(state) {
  const offline = connection(state).status === "offline";
  const parts = [...(state.faulty ? [t("page.faulty")] : []), ...troubles(state.health)];
  const told = offline ? [t("connection.offline_about", { time: since(state) })] : parts;
  byId("banner").hidden = told.length === 0;
  byId("crm-trouble").hidden = offline || !crmIsInTrouble(state.health);
  if (told.length > 0) setIconText(byId("banner"), "alert", told.join(" "));
}

function troubles(health) {
  const { said, silent } = troublesOf(health);
  const parts = silent.map(([name]) => t(`part.${partOf(name, health)}`)).join(t("list_separator"));
  return [...said.map((check) => pick(check, "message")), ...(parts ? [t("degraded", { parts })] : [])];
}

const partOf = (name, health) => (PARTS.has(name) ? name : name === health.crm ? "crm" : "other");

function renderTheme() {
  const button = byId("theme-switch");
  const label = t(`theme.${theme()}`);
  if (button.ariaLabel === label) return;
  button.ariaLabel = label;
  button.title = label;
  button.replaceChildren(icon(THEME_ICON[theme()]));
}
