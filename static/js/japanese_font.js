/* Brings a Japanese font where the system has none; elsewhere nothing is read. */
(() => {
  const SIZE = 24;
  const context = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE }).getContext("2d", { willReadFrequently: true });

  /** The pixels of a character; without a font for them all kanji are the same box. */
  function pixels(character) {
    context.clearRect(0, 0, SIZE, SIZE);
    context.fillText(character, 2, SIZE - 4);
    return context.getImageData(0, 0, SIZE, SIZE).data.join();
  }

  context.font = `${SIZE - 4}px sans-serif`;
  if (pixels("支") !== pixels("払")) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/static/css/japanese_font.css" }));
})();
