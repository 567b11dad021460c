/* The theme, put on the root element before the first paint; main.js changes it later. */
document.documentElement.dataset.theme = localStorage.getItem("callrisk.theme") ?? "system";
