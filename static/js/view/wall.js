/** The head of the wallboard and the page of cards under it. */
import { byId, mirror, setText } from "../dom.js";
import { language, t } from "../i18n.js";
import { pageAt, wallCalls, wallCounts, wallLayout } from "../wall.js";

/** Returns what gives the calls of the page that is shown now, and draws the head. */
export function wallboard(actions) {
  byId("wall-team").addEventListener("change", ({ target }) => actions.chooseTeam(target.value || null));

  return (state) => {
    const calls = wallCalls(state);
    const list = byId("active-calls");
    const { width } = list.getBoundingClientRect();
    const height = innerHeight - list.getBoundingClientRect().top - scrollY - 16;
    const { scale, columns, pages } = wallLayout({ width, height }, calls.length);
    const page = pageAt(state.now, pages);
    list.style.setProperty("--wall-scale", scale);
    list.style.setProperty("--wall-columns", columns);
    byId("wall-head").hidden = false;
    setText(byId("wall-counts"), t("wall.counts", wallCounts(state, calls)));
    setText(byId("wall-page"), pages > 1 ? t("wall.page", { n: page + 1, all: pages }) : "");
    showTeams(state);
    const each = Math.ceil(calls.length / pages); // no page is left with a single card
    return calls.slice(page * each, (page + 1) * each);
  };
}

function showTeams({ session, team }) {
  const teams = Object.keys(session?.teams ?? {});
  const select = byId("wall-team");
  byId("wall-team-field").hidden = teams.length < 2;
  mirror(select, ["", ...teams], (name) => `${language()} ${name}`, () => {
    const node = document.createElement("option");
    const update = (name) => {
      node.value = name;
      setText(node, name || t("wall.all_teams"));
    };
    return { node, update };
  });
  select.value = teams.includes(team) ? team : "";
}
