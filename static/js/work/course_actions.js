/** Actions on the course of a score: choose since when, and read why it moved. */
import { ApiError, api } from "../api.js";
import { boundsOf } from "../moments.js";
import { selected } from "../selectors.js";
import { isSameSpan } from "./course_state.js";

const SETTLES_MS = 120; // whoever walks along the course asks about the last moment only
const FOLLOWS_MS = 1500; // a call in progress moves all the time; nobody reads faster
const TRIED_AGAIN_MS = 30_000;

export function createCourseActions(store) {
  const { dispatch } = store;
  let asked = null; // what was asked for last: {key, span, at, isAnswered}
  let timer = null;
  let tries = 0;
  const usualAsked = new Set();

  async function ask() {
    timer = null;
    const wanted = wantedOf(store.state);
    if (!wanted || isKnown(wanted, store.state)) return;
    const { callId, span, from, to } = wanted;
    const now = { key: wanted.key, span, at: Date.now(), isAnswered: false };
    asked = now;
    try {
      const changes = from === to ? null : await api.changes(callId, from, to);
      now.isAnswered = true;
      dispatch("moved_read", { callId, span, from, to, changes });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      now.isAnswered = true;
      dispatch("moved_failed", { callId, span, status: error.status });
    }
  }

  /** Returns true for what was read, or is being read: the answer to another span may have come between. */
  const isKnown = ({ key }, { moved }) => key === asked?.key && (moved !== null || !asked.isAnswered);

  function wantedOf(state) {
    const entry = selected(state);
    if (!state.connected || state.rowsAlone || !entry?.loaded || entry.trend.length === 0) return null;
    const { from, to } = boundsOf(state.span, entry.trend);
    return { callId: entry.info.call_id, span: state.span, from, to, key: [entry.info.call_id, from, to, state.span?.to, tries].join() };
  }

  return {
    /** Asks why the score moved in a span; null asks since the call began. */
    chooseSpan: (span) => dispatch("span_chosen", span),

    readMovedAgain() {
      tries += 1;
      dispatch("moved_forgotten");
    },

    /** Reads once what is usual in calls like the open one. */
    keepUsual(state) {
      const demo = String(selected(state)?.info.demo);
      if (!state.connected || state.rowsAlone || selected(state) === null || usualAsked.has(demo)) return;
      usualAsked.add(demo);
      api.usualQuality(demo).then((usual) => dispatch("usual_read", { demo, usual }), () => setTimeout(() => usualAsked.delete(demo), TRIED_AGAIN_MS));
    },

    /** Reads why the score moved, once somebody settled on a moment, and again while the call goes on. */
    keepMoved(state) {
      const wanted = wantedOf(state);
      if (!wanted || isKnown(wanted, state)) return;
      const isChosen = asked === null || !isSameSpan(wanted.span, asked.span) || state.moved === null;
      if (timer !== null && !isChosen) return;
      clearTimeout(timer);
      timer = setTimeout(ask, isChosen ? SETTLES_MS : Math.max(0, asked.at + FOLLOWS_MS - Date.now()));
    },
  };
}
