/** Actions of the person: each sends a request, updates the store and reports failures. */
import { ApiError, api } from "./api.js";
import { loadLanguages, localise, useLanguage } from "./i18n.js";
import { typing } from "./keyboard.js";
import { ENDED_CALLS, readDemo } from "./live.js";
import { agentId, nextTheme, rememberAgentId, rememberLanguage } from "./preferences.js";
import { routeOf, showRoute } from "./route.js";
import { createSearchActions } from "./search/search_actions.js";
import { ownAgentId } from "./session.js";
import { activeCalls, toOpen } from "./selectors.js";
import { createCorrectionActions } from "./work/correction_actions.js";
import { createCourseActions } from "./work/course_actions.js";
import { createWorkActions } from "./work/work_actions.js";
import { leaveFrom } from "./view/marks/way_back.js";

const READ_AGAIN_MS = 5000;

const CHOSEN_STAYS_MS = 10_000; // an own call that begins does not take away what was opened just now
const KEYS_HOLD_MS = 4000; // the order of the list stands still so long after a key moved in it

const isTyping = () => Boolean(document.querySelector("dialog[open]") || typing(document.activeElement));

export function createActions(store, live) {
  const { dispatch } = store;
  const say = (key, values) => dispatch("toast", { kind: "message", key, values });
  let chosenAt = -Infinity; // when the person opened a call
  let asked = null; // the selection that is being read
  let aim = null; // {callId, segmentId}: a turn to show once its call is read

  function report(error) {
    if (!(error instanceof ApiError)) throw error;
    dispatch("toast", { kind: "error", status: error.status, requestId: error.requestId });
  }

  const reporting = (action) => (...values) => action(...values).catch(report);

  /** Opens a call; Back leads to the one before, unless the page chose this one by itself. */
  function open(callId, isStep) {
    if (store.state.rowsAlone) return;
    dispatch("selected", callId);
    scrollTo(0, 0); // on a phone the score of the other call lies above the list
    showRoute({ ...store.state, callId }, isStep);
  }

  /** Opens a call that the person chose, at one of its turns if one is named. */
  function select(callId, segmentId = null) {
    chosenAt = Date.now();
    aim = segmentId === null ? null : { callId, segmentId };
    open(callId, true);
    takeAim(callId);
  }

  /** Shows the turn that is aimed at, as soon as its call stands there whole. */
  function takeAim(callId) {
    if (aim?.callId !== callId || !store.state.calls.get(callId)?.loaded) return;
    const { segmentId } = aim;
    aim = null;
    leaveFrom(null); // nobody came from a reason
    requestAnimationFrame(() => dispatch("pointed_at", { segmentId }));
  }

  /** Opens an own call that begins, or says so where the person is busy with something else. */
  function meet(callId) {
    dispatch("arrival_met");
    if (callId === store.state.selectedId || store.state.calls.get(callId)?.info.status !== "active") return;
    if (isTyping() || Date.now() - chosenAt < CHOSEN_STAYS_MS) dispatch("toast", { kind: "arrival", callId });
    else open(callId, true);
  }

  function follow() {
    const { callId, scope, team } = routeOf(location);
    if (team !== store.state.team) dispatch("team_chosen", team);
    if (scope !== store.state.scope) dispatch("scope_chosen", scope);
    search.followSearch(); // first, so that opening the call adds no step
    if (callId && callId !== store.state.selectedId) select(callId);
  }

  /** Subscribes before reading, so that events in between arrive twice rather than not at all. */
  async function read(callId, selection) {
    const current = () => store.state.selection === selection;
    asked = selection;
    try {
      await live.watch(callId);
      const call = await api.call(callId);
      if (!current()) return;
      dispatch("call_read", call);
      asked = null;
      takeAim(callId);
      if (call.status === "active" && call.assessment === null) await readAdvice(callId);
    } catch (error) {
      if (!current()) return;
      if (error.status === 404) open(null, false);
      setTimeout(() => { if (asked === selection) asked = null; }, READ_AGAIN_MS);
      report(error);
    }
  }

  /** Reads the advice that a call has without a model; with one it comes with the score. */
  async function readAdvice(callId) {
    const answer = await api.score(callId);
    if (answer.state === "no_model") dispatch("advice_changed", answer);
  }

  async function assign(callId, choice) {
    const { customer_data, customer_search } = await api.assignCustomer(callId, choice);
    dispatch("customer_changed", { call_id: callId, customer_id: choice.customer_id, customer_data, customer_search });
    rememberAgentId(choice.agent_id);
  }

  const search = createSearchActions(store, { select });
  dispatch("scope_chosen", routeOf(location).scope);
  dispatch("team_chosen", routeOf(location).team);
  for (const change of ["popstate", "hashchange"]) addEventListener(change, follow);

  return {
    ...createWorkActions(store, { report, say }),
    ...search,
    ...createCorrectionActions(store, { report, say }),
    ...createCourseActions(store),
    report,
    select,

    /** Selects the call in the address, else the most urgent one, and reads it in full. */
    keepSelection(state) {
      if (!state.synced || !state.connected || state.rowsAlone) return;
      if (state.arrived) meet(state.arrived);
      const callId = store.state.selectedId ?? routeOf(location).callId ?? toOpen(state);
      if (!callId) return;
      if (callId !== store.state.selectedId) open(callId, false);
      else if (!state.calls.get(callId)?.loaded && asked !== state.selection) read(callId, state.selection);
    },

    chooseScope(scope) {
      dispatch("scope_chosen", scope);
      showRoute({ ...store.state, callId: store.state.selectedId }, true);
    },

    chooseTeam(team) {
      dispatch("team_chosen", team);
      showRoute({ ...store.state, callId: store.state.selectedId }, true);
    },

    /** Holds the order of the list while somebody aims at it. */
    holdList: (until = Date.now() + KEYS_HOLD_MS) =>
      dispatch("list_held", { ids: activeCalls(store.state).map(({ info }) => info.call_id), until }),

    letListGo: () => dispatch("list_let_go"),

    readMoreEnded: reporting(async () =>
      dispatch("ended_read", await api.calls("ended", ENDED_CALLS, store.state.endedCursor))),

    /** Throws ApiError, whose invalid fields the dialog shows. */
    async startCall(call) {
      await api.startCall(call);
      rememberAgentId(call.agent_id);
      dispatch("call_read", await api.call(call.call_id));
      select(call.call_id);
      say("start.done", { id: call.call_id });
    },

    startDemo: reporting(async () => {
      const { call_id: callId } = await api.startDemo(store.state.session?.agent_ids[0]);
      dispatch("call_read", await api.call(callId));
      select(callId);
      await readDemo(store);
    }),

    tryCrmAgain: reporting(async () => {
      const { checks } = await api.tryCrmAgain();
      dispatch("sources_changed", { checks });
      say("crm.trying_again");
    }),
    stopDemo: reporting(async () => {
      const { stopped } = await api.stopDemo();
      say("demo.stopped", { n: stopped });
      await readDemo(store);
    }),

    addNote: reporting(async (callId, note) => {
      const added = await api.addNote(callId, note);
      if (added) dispatch("note_added", { ...added, call_id: callId });
      rememberAgentId(note.agent_id);
      return true;
    }),

    /** Throws ApiError, as startCall does. */
    async escalate(callId, escalation) {
      const added = await api.escalate(callId, escalation);
      rememberAgentId(escalation.agent_id);
      if (!added) return;
      dispatch("escalation", { ...added, call_id: callId });
      say("escalate.done");
    },

    /** Throws ApiError, as startCall does. An empty id means an unknown customer. */
    async assignCustomer(callId, { customer_id: id, agent_id: agent }) {
      await assign(callId, { customer_id: id || null, agent_id: agent });
      say(id ? "assign.done" : "assign.done_nobody", { id });
    },

    /** Assigns one of several records that match the caller. */
    chooseCustomer: reporting(({ call_id: callId, agent_id: agent }, { customer_id: id, record_id: record }) =>
      assign(callId, { customer_id: id, record_id: record, agent_id: ownAgentId(agent) ?? (agent || agentId() || "-") })),

    /** Shows the telephone number of a call whole, for as long as the state keeps it. */
    revealPhone: reporting(async (callId) =>
      dispatch("phone_revealed", { call_id: callId, phone: (await api.reveal(callId, "phone")).phone })),

    hidePhone: () => dispatch("phone_hidden"),

    giveFeedback: reporting(async (info, action, verdict, reason = "") => {
      const feedback = { agent_id: ownAgentId(info.agent_id) ?? (info.agent_id || agentId() || "-"), action, verdict, reason };
      const note = await api.giveFeedback(info.call_id, feedback);
      if (note) dispatch("note_added", { ...note, call_id: info.call_id });
    }),

    switchLanguage: reporting(async (language) => {
      await loadLanguages([language]).catch(() => { throw new ApiError(0); });
      useLanguage(language);
      rememberLanguage(language);
      localise(document);
      dispatch("preference_changed");
    }),

    switchTheme() {
      nextTheme();
      dispatch("preference_changed");
    },

    /** Asks the transcript to show a turn, and a phrase in it; a way leads back to what was pressed. */
    pointAt(segmentId, place = null) {
      leaveFrom(document.activeElement);
      dispatch("pointed_at", { segmentId, place });
    },

    openAlert(callId) {
      dispatch("alert_seen", callId);
      select(callId);
    },

    acknowledge: (callId) => dispatch("alert_seen", callId),

    snooze: (callId) => dispatch("alert_snoozed", callId),

    closeToast: (id) => dispatch("toast_closed", id),
  };
}
