/** The icons, drawn on a 16 × 16 grid in the colour of the text beside them. */

const PATHS = {
  alert: "M8 1.8 15 14H1zM8 6.2v3.6M8 11.9v.2",
  check: "M3 8.5 6.5 12 13 4.5",
  close: "M4 4l8 8M12 4l-8 8",
  flag: "M3.5 14.5V2M3.5 2.8h8.8L10.2 6l2.1 3.2H3.5",
  clock: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 4.6V8l2.4 1.8",
  info: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM8 7.4v3.8M8 4.7v.2",
  keyboard: "M1.5 4h13v8.5h-13zM4 6.8h.1M6.7 6.8h.1M9.4 6.8h.1M12 6.8h.1M4.6 9.8h6.8",
  more: "M4 6.2 8 10.2l4-4",
  list: "M2.5 4h11M2.5 8h11M2.5 12h11",
  pencil: "M3 13l.6-2.8 7.3-7.3 2.2 2.2-7.3 7.3z",
  moon: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
  offline: "M2 2l12 12M3 7.2a7.5 7.5 0 0 1 3-1.7M13 7.2a7.5 7.5 0 0 0-2.6-1.6M5.4 9.8a4 4 0 0 1 3.6-1M8 12.6v.2",
  play: "M4.5 2.8v10.4L13 8z",
  plus: "M8 3v10M3 8h10",
  search: "M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zM10.5 10.5 14 14",
  silent: "M4 8h.1M8 8h.1M12 8h.1",
  stop: "M4 4h8v8H4z",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3.1 3.1l1.1 1.1M11.8 11.8l1.1 1.1M12.9 3.1l-1.1 1.1M4.2 11.8l-1.1 1.1",
  system: "M1.8 2.8h12.4v8H1.8zM5.5 13.6h5M8 10.8v2.8",
  // Risk has a shape of its own as well as a colour and a word.
  low: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM5 8.2l2.2 2.2L11.2 6",
  medium: "M8 1.2 14.8 8 8 14.8 1.2 8zM5.5 8h5",
  high: "M8 1.8 15 14H1zM8 6.2v3.6M8 11.9v.2",
  listening: "M2 6.5v3M5 4v8M8 5.5v5M11 2.5v11M14 6.5v3",
  talking: "M2.5 3h11v7.5H7.2L4 13.2v-2.7H2.5zM5.4 6.8h.1M8 6.8h.1M10.6 6.8h.1",
  up: "M8 13V3.5M4 7.2 8 3l4 4.2",
  down: "M8 3v9.5M4 8.8 8 13l4-4.2",
  level: "M3 8h9.5M9 4.5 12.7 8 9 11.5",
  POSITIVE: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM5.8 6.3v.3M10.2 6.3v.3M5.2 9.4c1.4 2.1 4.2 2.1 5.6 0",
  NEUTRAL: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM5.8 6.3v.3M10.2 6.3v.3M5.5 10.2h5",
  NEGATIVE: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM5.8 6.3v.3M10.2 6.3v.3M5.2 11c1.4-2.1 4.2-2.1 5.6 0",
};

export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  drawing.dataset.name = name;
  const path = document.createElementNS(drawing.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

/** Writes an icon and a word into an element where either differs. */
export function setIconText(element, name, text) {
  if (element.dataset.shown === `${name} ${text}`) return;
  element.dataset.shown = `${name} ${text}`;
  const word = document.createElement("span");
  word.textContent = text;
  element.replaceChildren(icon(name), word);
}
