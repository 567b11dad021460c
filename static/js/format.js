/** Formats of numbers and times. Stored times are UTC; shown times are in Japan. */
import { language, t } from "./i18n.js";

const locale = () => (language() === "ja" ? "ja-JP" : "en-GB");
const formatters = {}; // making one takes longer than formatting a hundred values

function formatter(kind, name, options, place = locale()) {
  formatters[`${place} ${name}`] ??= new kind(place, options);
  return formatters[`${place} ${name}`];
}

const HOUR_AND_MINUTE = { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" };
const DAY = { timeZone: "Asia/Tokyo", year: "numeric", month: "2-digit", day: "2-digit" };

export const clock = (iso) =>
  formatter(Intl.DateTimeFormat, "clock", { ...HOUR_AND_MINUTE, second: "2-digit" }).format(new Date(iso));

export const hourAndMinute = (iso) =>
  formatter(Intl.DateTimeFormat, "hourAndMinute", HOUR_AND_MINUTE).format(new Date(iso));

/** Returns a date, year first in both languages because 02/11 is ambiguous. */
export const day = (iso) => formatter(Intl.DateTimeFormat, "day", DAY, "ja-JP").format(new Date(iso));

/** Returns a day as people say it: 12月5日（土）, 5 Dec (Sat); `iso` is a date alone. */
export function dayWords(iso) {
  const at = new Date(`${iso}T00:00:00Z`);
  const of = (name, options) => formatter(Intl.DateTimeFormat, name, { timeZone: "UTC", ...options }).format(at);
  const [date, weekday] = [of("monthDay", { month: "long", day: "numeric" }), of("weekday", { weekday: "short" })];
  return language() === "ja" ? `${date}（${weekday}）` : `${date} (${weekday})`;
}

/** Returns an amount: 34,300円, ¥34,300. */
export const yen = (amount) => {
  const digits = formatter(Intl.NumberFormat, "whole", {}).format(amount);
  return language() === "ja" ? `${digits}円` : `¥${digits}`;
};

/** Returns the time of day, after its date unless that is today. */
export const moment = (iso, now) =>
  (day(iso) === day(new Date(now).toISOString()) ? hourAndMinute(iso) : `${day(iso)} ${hourAndMinute(iso)}`);

/** Returns mm:ss, and h:mm:ss from an hour on. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const minutesAndSeconds = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole < 3600 ? minutesAndSeconds : `${Math.floor(whole / 3600)}:${minutesAndSeconds}`;
}

/** Returns points with their sign: a true minus, and ±0 for none. */
export function signed(points) {
  if (points === 0) return "±0";
  return points > 0 ? `+${points}` : `−${-points}`;
}

/** Returns a multiple with one digit where it has one: 2, 2.5. */
export const multiple = (times) =>
  formatter(Intl.NumberFormat, "multiple", { maximumFractionDigits: 1 }).format(times);

const ONE_DIGIT = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

export const percent = (share) =>
  formatter(Intl.NumberFormat, "percent", { ...ONE_DIGIT, style: "percent" }).format(share);

export const mean = (number) =>
  formatter(Intl.NumberFormat, "mean", { ...ONE_DIGIT, signDisplay: "exceptZero" }).format(number).replace("-", "−");

/** Returns the customer's name, else the id, else the text for an unknown customer. */
export function customerName(info) {
  if (info.customer_data) return t("customer.named", { name: info.customer_data.name });
  return info.customer_id === null ? t("customer.anonymous") : t("customer.numbered", { id: info.customer_id });
}

/** Returns the agent's id, or text for an agent not yet known or an unanswered call. */
export function agentName({ agent_id: id, status, summary }) {
  if (id) return t("calls.agent", { id });
  if (status !== "ended") return t("calls.no_agent");
  return summary?.turns > 0 ? t("calls.unknown_agent") : t("calls.unanswered");
}
