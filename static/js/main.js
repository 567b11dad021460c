/** The live page: connects store, live connection and views. */
import { createActions } from "./actions.js";
import { outbox } from "./api.js";
import { byId, decorate } from "./dom.js";
import { language as shownLanguage, loadLanguages, useLanguage } from "./i18n.js";
import { listenToKeys } from "./keyboard.js";
import { goLive, readHealth } from "./live.js";
import { draftKey, keepInUse, readSession } from "./session.js";
import { language } from "./preferences.js";
import { routeOf } from "./route.js";
import { initialState, reduce } from "./state.js";
import { isLoading, selected } from "./selectors.js";
import { atMostEvery, createStore, whenChanged } from "./store.js";
import { alertsView } from "./view/alerts.js";
import { adviceView } from "./view/advice.js";
import { callHeadView } from "./view/call_head.js";
import { callListView } from "./view/call_list.js";
import { customerView } from "./view/customer.js";
import { dialogsView } from "./view/dialogs.js";
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
import { summaryView } from "./view/summary.js";
import { tabsView } from "./view/tabs.js";
import { correctionDialogView } from "./view/marks/correction_dialog.js";
import { correctionInboxView } from "./view/marks/correction_inbox.js";
import { markCardView } from "./view/marks/mark_card.js";
import { wayBackView } from "./view/marks/way_back.js";
import { toastsView } from "./view/toasts.js";
import { searchView } from "./view/search/search_room.js";
import { transcriptView } from "./view/transcript.js";
import { trendView } from "./view/course/trend.js";
import { afterCallView } from "./view/work/after_call.js";
import { endingView } from "./view/work/ending.js";
import { helpView } from "./view/work/help.js";
import { inboxView } from "./view/work/inbox.js";
import { draftsOf } from "./work/drafts.js";

const VIEWS = [headerView, dialogsView, toastsView, alertsView, outboxView, inboxView, correctionInboxView, searchView];
const VIEWS_OF_THE_CALL = [tabsView, hearingView, callHeadView, customerView, summaryView, transcriptView, markCardView, correctionDialogView, wayBackView, notesView, scoreView, trendView, movedView,
  endingView, helpView, afterCallView, adviceView, heardView, reasonsView, sentimentView, qualityView];
const HEALTH_EVERY_MS = 15_000;
const LIST_EVERY_MS = 250; // hundreds of calls change all the time; nobody reads their list faster

await loadLanguages();
useLanguage(language());
decorate(document);

/** Shows that something could not be shown, and leaves the error to the browser's console. */
function onFault(error) {
  reportError(error);
  if (!store.state.faulty) store.dispatch("failed");
}

const session = await readSession();
const rowsAlone = session !== null && (routeOf(location).isWall || !session.operations.includes("read_calls"));
document.body.classList.toggle("wallboard", rowsAlone);
const isTouch = document.body.hasAttribute("data-touch");
const store = createStore(reduce, { ...initialState, now: Date.now(), session, rowsAlone, isTouch }, onFault);
const live = goLive(store);
const actions = createActions(store, live);
const drafts = draftsOf(draftKey());
if (!rowsAlone) drafts.then((opened) => outbox.keepIn(opened, (rows) => store.dispatch("outbox_changed", rows))).catch(reportError);
for (const view of VIEWS) store.subscribe(view(actions));
const atOnce = (state) => [state.selectedId, state.synced, shownLanguage(), state.calls.size, state.scope, state.team, state.held === null];
store.subscribe(atMostEvery(LIST_EVERY_MS, atOnce, callListView(actions)));
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
  byId("desk").toggleAttribute("data-empty", !selected(state) && !isLoading(state));
});

listenToKeys(store, actions);
if (isTouch) (await import("./touch/touch.js")).beginTouch(store, actions, live);
if (!rowsAlone) actions.followSearch();
if (session?.means === "session") keepInUse();
setInterval(() => store.dispatch("tick", Date.now()), 1000);
setInterval(() => store.state.connected && readHealth(store).catch(actions.report), HEALTH_EVERY_MS);
