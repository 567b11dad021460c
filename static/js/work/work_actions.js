/** Actions of the work beside the conversation: outcomes, promises, what is taken back, escalations. */
import { ApiError, api, outbox } from "../api.js";
import { agentId } from "../preferences.js";
import { ownAgentId, proof } from "../session.js";
import { answersEscalations, dueEndings } from "./work_state.js";

const INBOX_SETTLES_MS = 200; // of several events in a row the inbox is read once

const acting = (ofCall) => ownAgentId(ofCall) ?? (ofCall || agentId() || "-");
/** Whoever answers does so under the own name, also where the call is of an agent of the same browser. */
const answering = () => ownAgentId() ?? (agentId() || "-");

export function createWorkActions(store, { report, say }) {
  const { dispatch } = store;
  let inboxRead = 0;
  let outcomesAsked = false;
  const reporting = (action) => (...values) => action(...values).catch(report);
  /** Shows a note that the server has; one that waits in the outbox is pushed later. */
  const noted = (callId, note) => note && dispatch("note_added", { ...note, call_id: callId });

  async function end(callId) {
    dispatch("end_dropped", callId);
    const answer = await api.endCall(callId);
    if (answer) dispatch("call_ended", { call_id: callId, summary: answer.summary });
  }

  async function readInbox() {
    await new Promise((resolve) => setTimeout(resolve, INBOX_SETTLES_MS));
    dispatch("inbox_read", await api.escalations());
  }

  async function readOutcomes() {
    try {
      dispatch("outcomes_read", await api.outcomes());
    } catch (error) {
      outcomesAsked = false;
      throw error;
    }
  }

  // What is asked for and not sent yet would be lost with the page.
  addEventListener("pagehide", () => {
    for (const { callId } of store.state.endings) {
      const headers = { "Content-Type": "application/json", ...proof() };
      fetch("/api/end_call", { method: "POST", headers, body: JSON.stringify({ call_id: callId }), keepalive: true });
      dispatch("end_dropped", callId);
    }
  });

  return {
    askEnd: (callId) => dispatch("end_asked", callId),
    keepCall: (callId) => dispatch("end_dropped", callId),

    /** Sends the ends that nobody took back, and reads what changed for the inbox. */
    keepWork(state) {
      if (state.rowsAlone) return;
      for (const callId of dueEndings(state)) end(callId).catch(report);
      if (!state.connected) return;
      if (!outcomesAsked) {
        outcomesAsked = true;
        readOutcomes().catch(report);
      }
      const wanted = state.inboxAsked + 1;
      if (answersEscalations(state) && inboxRead < wanted) {
        inboxRead = wanted;
        readInbox().catch(report);
      }
    },

    /** Notes one of the quick actions. */
    noteQuickly: reporting(async ({ call_id: id, agent_id: agent }, text) =>
      noted(id, await api.addNote(id, { agent_id: acting(agent), text, kind: "quick_action" }))),

    sendAgain: (key) => outbox.again(key),
    dropUnsent: (key) => outbox.drop(key),

    setOutcome: reporting(async ({ call_id: id, agent_id: agent }, outcome) =>
      noted(id, await api.setOutcome(id, { agent_id: acting(agent), outcome }))),

    /** Throws ApiError, whose invalid fields the form shows. */
    addPromise: async ({ call_id: id, agent_id: agent }, promise) =>
      noted(id, await api.addPromise(id, { agent_id: acting(agent), ...promise })),

    /** Throws ApiError, as addPromise does. */
    addCallBack: async ({ call_id: id, agent_id: agent }, callBackAt) =>
      noted(id, await api.addCallBack(id, { agent_id: acting(agent), call_back_at: callBackAt })),

    takeBack: reporting(async (callId, note) => {
      const added = await api.takeBack(callId, { agent_id: note.agent_id, note_id: note.note_id });
      noted(callId, added);
      if (!added) return;
      if (added.kind === "escalation_withdrawn") dispatch("escalation_changed", { call_id: callId, open: false });
      say(added.kind === "escalation_withdrawn" ? "help.withdrawn" : "undo.done");
    }),

    seeEscalation: reporting(async ({ call_id: id, note_id: about }) =>
      noted(id, await api.seeEscalation(id, { agent_id: answering(), note_id: about }))),

    /** Returns whether the answer was stored. */
    answerEscalation: async ({ call_id: id, note_id: about }, text) => {
      try {
        const added = await api.answerEscalation(id, { agent_id: answering(), note_id: about, text });
        noted(id, added);
        if (added) say("inbox.answered");
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        report(error);
        return false;
      }
    },
  };
}
