/** The one place of alerts: a button with their number in the head, their list under it, and the title of the tab. */
import { openAlerts } from "../alerts.js";
import { byId, fromTemplate, mirror, setText } from "../dom.js";
import { customerName, duration } from "../format.js";
import { pick, t } from "../i18n.js";
import { icon } from "../icons.js";
import { alertsBy, rememberAlertsBy } from "../preferences.js";

const TITLE = document.title;
const BEEP_S = 0.25;

export function alertsView(actions) {
  let told = new Set(); // the alerts that were open before, by call and moment
  byId("alerts-open").prepend(icon("alert"));
  for (const [name, start] of [["sound", () => {}], ["desktop", () => Notification.requestPermission()]]) {
    const box = byId(`alerts-${name}`);
    box.checked = alertsBy(name);
    box.addEventListener("change", () => {
      rememberAlertsBy(name, box.checked);
      if (box.checked) start();
    });
  }

  return (state) => {
    const open = openAlerts(state.alerts, state.now).filter(({ callId }) => state.calls.has(callId));
    document.title = open.length > 0 ? `(${open.length}) ${TITLE}` : TITLE;
    byId("alerts-open").hidden = state.rowsAlone;
    byId("alerts-open").dataset.open = open.length;
    byId("alerts-open").ariaLabel = t("alerts.open", { n: open.length });
    setText(byId("alerts-count"), open.length > 0 ? String(open.length) : "");
    byId("alerts-none").hidden = open.length > 0;
    mirror(byId("alerts-list"), open.map((alert) => ({ alert, state })), ({ alert }) => alert.callId, () => row(actions));
    told = announce(open, told, state);
  };
}

/** Says what is new to whoever hears the screen; rings and notifies only where nobody looks at it. */
function announce(open, told, state) {
  const keyOf = ({ callId, at }) => `${at} ${callId}`;
  const news = open.filter((alert) => !told.has(keyOf(alert)));
  if (news.length > 0) {
    setText(byId("alerts"), wordsOf(news.at(-1), state));
    if (!document.hasFocus()) callOver(open.length);
  }
  return new Set(open.map(keyOf));
}

/** Without a name or a word of the call: others may see the screen. */
function callOver(count) {
  if (alertsBy("sound")) beep();
  if (alertsBy("desktop") && window.Notification?.permission === "granted") {
    new Notification(TITLE, { body: t("alerts.open", { n: count }), tag: "callrisk-alerts", lang: document.documentElement.lang });
  }
}

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.value = 0.1;
  tone.frequency.value = 880;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + BEEP_S);
  tone.addEventListener("ended", () => audio.close());
}

function wordsOf(alert, state) {
  const { info } = state.calls.get(alert.callId);
  const reason = alert.reason ? pick(alert, "reason") : "";
  return t("alert.text", { name: customerName(info), label: t("category.high"), score: alert.score, reason });
}

function row(actions) {
  const { node, slots } = fromTemplate("alert-item");
  let callId = null;
  slots.open.addEventListener("click", () => {
    byId("alerts-panel").hidePopover();
    actions.openAlert(callId);
  });
  slots.seen.addEventListener("click", () => actions.acknowledge(callId));
  slots.snooze.addEventListener("click", () => actions.snooze(callId));

  function update({ alert, state }) {
    callId = alert.callId;
    node.dataset.severity = alert.severity;
    setText(slots.severity, t(`alerts.severity_${alert.severity}`));
    setText(slots.waits, t("alerts.waits", { time: duration((state.now - alert.at) / 1000) }));
    setText(slots.text, wordsOf(alert, state));
  }
  return { node, update };
}
