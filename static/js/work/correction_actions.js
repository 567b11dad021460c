/** Actions of corrections: say what was meant, approve or reject it, take the approved ones out. */
import { ApiError, api } from "../api.js";
import { agentId } from "../preferences.js";
import { ownAgentId } from "../session.js";
import { decidesCorrections } from "./corrections.js";

const READ_EVERY_MS = 60_000; // what other persons asked for is not urgent
const SETTLES_MS = 1500; // one decision is told in several events, and many persons may decide at once

const SAID = { approved: "correct.said_approved", rejected: "correct.said_rejected" };
const SAVED_AFTER_MS = 60_000;

const acting = (ofCall) => ownAgentId(ofCall) ?? (ofCall || agentId() || "-");
const deciding = () => ownAgentId() ?? (agentId() || "-");

export function createCorrectionActions(store, { report, say }) {
  const { dispatch } = store;
  let read = { asked: -1, at: -Infinity };
  let timer = null;
  const reporting = (action) => (...values) => action(...values).catch(report);
  const isReader = (state) => state.connected && !state.rowsAlone && decidesCorrections(state);

  async function readCorrections() {
    timer = null;
    const { state } = store;
    if (!isReader(state)) return;
    read = { asked: state.correctionsAsked, at: state.now };
    dispatch("corrections_read", await api.corrections());
  }

  const noted = (callId, note) => note && dispatch("note_added", { ...note, call_id: callId });

  return {
    /** Opens the dialogue about a statement of a call; null closes it. */
    askMeaning: (callId, statement) => dispatch("correcting", statement && { callId, statement }),

    /** Throws ApiError, which the dialogue shows. */
    async correct({ call_id: id, agent_id: agent }, { segment_id, begin, end, intent }, { meant, text }) {
      noted(id, await api.correct(id, { agent_id: acting(agent), segment_id, begin, end, intent, meant, text }));
      say("correct.done");
    },

    /** Returns whether the decision was stored. */
    async decideCorrection({ call_id: id, note_id }, verdict, text = "") {
      try {
        noted(id, await api.decideCorrection(id, { agent_id: deciding(), note_id, verdict, text }));
        dispatch("corrections_read", { corrections: store.state.corrections.filter((one) => one.note_id !== note_id) });
        say(SAID[verdict]);
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        report(error);
        return false;
      }
    },

    /** Saves the approved sentences as a table of the company's own language. */
    saveCorrections: reporting(async () => {
      const { name, text, rows } = await api.correctionTable();
      const link = document.createElement("a");
      // Excel takes a table for one in UTF-8 by the mark before it.
      link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), SAVED_AFTER_MS);
      say("correct.saved", { n: rows });
    }),

    /** Reads the corrections that wait: at first, once what changed them has settled, after a gap, and once a minute. */
    keepCorrections(state) {
      if (!isReader(state) || timer !== null) return;
      if (read.asked === state.correctionsAsked && state.now - read.at < READ_EVERY_MS) return;
      timer = setTimeout(reporting(readCorrections), read.asked < 0 ? 0 : SETTLES_MS);
    },
  };
}
