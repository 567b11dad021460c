/** The live page: connects store, live connection and views. */
import { createActions } from "./actions.js";
import { outbox } from "./api.js";
import { byId, decorate } from "./dom.js";
import { language as shownLanguage, LANGUAGES, loadLanguages, useLanguage } from "./i18n.js";
import { listenToKeys } from "./keyboard.js";
import { alsoLater, laterView, readLater, styleSheet } from "./later.js";
import { goLive, readHealth } from "./live.js";
import { draftKey, keepInUse, readSession } from "./session.js";
import { language } from "./preferences.js";
import { routeOf } from "./route.js";
import { initialState, reduce } from "./state.js";
import { isLoading, isOpening, selected } from "./selectors.js";
import { atMostEvery, createStore, whenChanged } from "./store.js";
import { alertsView } from "./view/alerts.js";
import { adviceView } from "./view/advice.js";
import { callHeadView } from "./view/call_head.js";
import { callListView } from "./view/call_list.js";
import { customerView } from "./view/customer.js";
import { hearingView } from "./view/hearing.js";
import { headerView } from "./view/header.js";
import { heardView } from "./view/heard.js";
import { movedView } from "./view/course/moved.js";
import { notesView } from "./view/notes.js";
import { outboxView } from "./view/outbox.js";
import { qualityView } from "./view/quality.js";
import { reasonsView } from "./view/reasons.js";
import { scoreView } from "./view/score.js";
import { sentimentView } from "./view/sentiment.js";
import { tabsView } from "./view/tabs.js";
import { wayBackView } from "./view/marks/way_back.js";
import { toastsView } from "./view/toasts.js";
import { transcriptView } from "./view/transcript.js";
import { trendView } from "./view/course/trend.js";
import { endingView } from "./view/work/ending.js";
import { helpView } from "./view/work/help.js";
import { decidesCorrections } from "./work/corrections.js";
import { draftsOf } from "./work/drafts.js";

// Read once a call stands there.
const afterCallView = laterView(async () => (await import("./view/work/after_call.js")).afterCallView, { places: ["promise-form", "call-back-form"] });
const correctionDialogView = laterView(async () => (await import("./view/marks/correction_dialog.js")).correctionDialogView,
  { isNeeded: ({ correcting }) => correcting !== null });
const correctionInboxView = laterView(async () => (await import("./view/marks/correction_inbox.js")).correctionInboxView, { isNeeded: decidesCorrections });
const dialogsView = laterView(async () => (await import("./view/dialogs.js")).dialogsView, { places: ["start-call", "escalate", "assign"] });
const inboxView = laterView(async () => (await import("./view/work/inbox.js")).inboxView, { isNeeded: ({ inbox }) => Boolean(inbox?.length) });
const markCardView = laterView(async () => (await import("./view/marks/mark_card.js")).markCardView, { places: ["turns"] });
const searchView = laterView(async () => {
  const [{ searchView: view }] = await Promise.all([import("./view/search/search_room.js"), styleSheet("search")]);
  return view;
}, { isNeeded: ({ search }) => search.isOpen });
const summaryView = laterView(async () => (await import("./view/summary.js")).summaryView, { isNeeded: (state) => selected(state)?.info.status === "ended" });
const tourView = laterView(async () => {
  const [{ tourView: view }] = await Promise.all([import("./tour/tour.js"), styleSheet("tour")]);
  return view;
}, { places: ["tour-again"] });

const VIEWS = [headerView, dialogsView, toastsView, alertsView, outboxView, inboxView, correctionInboxView, searchView, tourView];
const VIEWS_OF_THE_CALL = [tabsView, hearingView, callHeadView, customerView, summaryView, transcriptView, markCardView, correctionDialogView, wayBackView, notesView, scoreView, trendView, movedView,
  endingView, helpView, afterCallView, adviceView, heardView, reasonsView, sentimentView, qualityView];
const HEALTH_EVERY_MS = 15_000;
const IDLE_WITHIN_MS = 1000;
const LIST_EVERY_MS = 250; // hundreds of calls change all the time; nobody reads their list faster

const [first, ...others] = [language(), ...LANGUAGES.filter((name) => name !== language())];
await loadLanguages([first]);
alsoLater(() => loadLanguages(others)); // so that the language can be changed without the server
useLanguage(first);
decorate(document);

const whenIdle = (act) => (globalThis.requestIdleCallback ? requestIdleCallback(act, { timeout: IDLE_WITHIN_MS }) : setTimeout(act, 0));

/** Shows that something could not be shown, and leaves the error to the browser's console. */
function onFault(error) {
  reportError(error);
  if (!store.state.faulty) store.dispatch("failed");
}

const session = await readSession();
const rowsAlone = session !== null && (routeOf(location).isWall || !session.operations.includes("read_calls"));
document.body.classList.toggle("wallboard", rowsAlone);
const isTouch = document.body.hasAttribute("data-touch");
const wall = rowsAlone ? (await Promise.all([import("./view/wall.js"), styleSheet("wall")]))[0].wallboard : null;
const store = createStore(reduce, { ...initialState, now: Date.now(), session, rowsAlone, isTouch }, onFault);
const live = goLive(store);
const actions = createActions(store, live);
const drafts = draftsOf(draftKey());
if (!rowsAlone) drafts.then((opened) => outbox.keepIn(opened, (rows) => store.dispatch("outbox_changed", rows))).catch(reportError);
for (const view of VIEWS) store.subscribe(view(actions));
const atOnce = (state) => [state.selectedId, state.synced, shownLanguage(), state.calls.size, state.scope, state.team, state.held === null];
store.subscribe(atMostEvery(LIST_EVERY_MS, atOnce, callListView(actions, wall)));
const ofTheCall = (state) => [selected(state), state.pointedAt, state.correcting, state.span, state.moved, state.usual, state.revealed, state.now, state.connected, state.health, state.clockSkewMs, state.endings, state.outcomes, shownLanguage()];
for (const view of VIEWS_OF_THE_CALL) store.subscribe(whenChanged(ofTheCall, view(actions)));
store.subscribe((state) => actions.keepSelection(state));
store.subscribe((state) => actions.keepWork(state));
store.subscribe((state) => actions.keepCorrections(state));
store.subscribe((state) => actions.keepMoved(state));
store.subscribe((state) => actions.keepUsual(state));
store.subscribe(whenChanged(({ connected }) => [connected], ({ connected }) => connected && outbox.hurry()));
store.subscribe((state) => {
  for (const button of document.querySelectorAll("[data-needs-server]")) button.disabled = !state.connected;
  if (state.synced || state.downSince !== null) document.body.removeAttribute("data-starting");
  byId("desk").toggleAttribute("data-loading", isLoading(state));
  byId("desk").toggleAttribute("data-opening", isOpening(state));
  byId("desk").toggleAttribute("data-empty", !selected(state) && !isLoading(state));
});
store.subscribe(whenChanged((state) => [state.connected && !isLoading(state)], (state) => state.connected && !isLoading(state) && whenIdle(readLater)));

listenToKeys(store, actions);
if (isTouch) (await import("./touch/touch.js")).beginTouch(store, actions, live);
if (!rowsAlone) actions.followSearch();
if (session?.means === "session") keepInUse();
setInterval(() => store.dispatch("tick", Date.now()), 1000);
setInterval(() => store.state.connected && readHealth(store).catch(actions.report), HEALTH_EVERY_MS);
