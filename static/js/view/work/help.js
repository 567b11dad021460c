/** What became of the agent's escalation: waiting, seen by somebody, answered; it can be withdrawn. */
import { byId, setText } from "../../dom.js";
import { moment } from "../../format.js";
import { t } from "../../i18n.js";
import { mayActAs } from "../../session.js";
import { selected, serverNow } from "../../selectors.js";
import { helpOf } from "../../work/call_work.js";

export function helpView(actions) {
  let shown = null;
  byId("help-withdraw").addEventListener("click", () => shown && actions.takeBack(shown.callId, shown.help.note));

  return (state) => {
    const entry = selected(state);
    if (!entry) return;
    const help = helpOf(entry.notes);
    shown = help && { callId: entry.info.call_id, help };
    byId("help").hidden = help === null;
    if (help === null) return;
    const at = (note) => moment(note.at, serverNow(state));
    byId("help-withdraw").hidden = !mayActAs(help.note.agent_id);
    const answer = help.answers.at(-1);
    byId("help").dataset.help = answer ? "answered" : help.seen ? "seen" : "waiting";
    setText(byId("help-state"), answer ? t("help.answered", { by: answer.agent_id, time: at(answer) })
      : help.seen ? t("help.seen", { by: help.seen.agent_id, time: at(help.seen) }) : t("help.waiting", { time: at(help.note) }));
    setText(byId("help-answer"), answer?.text ?? "");
  };
}
