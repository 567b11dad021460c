/** Days and moments in Japan, as the fields of a form hold them. */

const JAPAN_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** Returns the day in Japan as 2026-12-05, so many days later. */
export const dayInJapan = (now, later = 0) => new Date(now + JAPAN_MS + later * DAY_MS).toISOString().slice(0, 10);

/** Returns the last day of the month in Japan. */
export function endOfMonth(now) {
  const [year, month] = dayInJapan(now).split("-").map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** Returns the moment of a field (2026-12-05T15:00) with the offset of Japan. */
export const momentInJapan = (local) => `${local.slice(0, 16)}:00+09:00`;

/** Returns the next full hour in Japan as a field holds it. */
export const nextHour = (now) => `${new Date(now + JAPAN_MS + 3_600_000).toISOString().slice(0, 13)}:00`;

/** Returns a whole amount in yen of what somebody typed, also in full width and with commas; null for nothing, NaN for no amount. */
export function yenOf(text) {
  const plain = text.normalize("NFKC").replace(/[,、\s¥円]/gu, "");
  if (plain === "") return null;
  return /^\d{1,9}$/.test(plain) && Number(plain) > 0 ? Number(plain) : NaN;
}
