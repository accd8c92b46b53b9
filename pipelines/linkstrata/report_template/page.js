"use strict";
// Draws the figures in the reader's colours, switches between owners, and widens or narrows the time shown.
(() => {
  const { config, figures } = JSON.parse(document.getElementById("drawn").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const touched = matchMedia("(pointer: coarse)").matches;
  if (touched) config.displayModeBar = false;

  function draw(place) {
    const { data, layout } = structuredClone(figures[place.id][dark.matches ? "dark" : "light"]);
    if (touched) layout.dragmode = false; // a finger on a figure scrolls the page
    if (place.clientWidth < 500) layout.xaxis = { ...layout.xaxis, nticks: 5 };
    if (place.dataset.start) {
      const shown = within(data, place.dataset.start);
      layout.xaxis = { ...layout.xaxis, range: shown.x };
      layout.yaxis = { ...layout.yaxis, range: shown.y };
      if (shown.y[1] - shown.y[0] < 7) layout.yaxis.dtick = 1; // people are counted whole
    }
    Plotly.react(place, data, layout, config);
  }

  // The part of each axis that shows everything from a day on, with a little air above and below.
  function within(data, start) {
    let end = start;
    let low = Infinity;
    let high = -Infinity;
    for (const trace of data)
      trace.x.forEach((day, at) => {
        const value = trace.y[at];
        if (day === null || value === null || day < start) return;
        if (day > end) end = day;
        low = Math.min(low, value);
        high = Math.max(high, value);
      });
    const air = Math.max((high - low) * 0.08, 1);
    return { x: [start, end], y: [Math.max(0, low - air), high + air] };
  }

  function drawVisible() {
    for (const place of document.querySelectorAll(".figure"))
      if (place.offsetParent !== null) draw(place);
  }

  function show(chosen) {
    const sections = [...document.querySelectorAll(".owner")];
    const known = sections.some((section) => section.id === chosen) ? chosen : sections[0]?.id;
    for (const section of sections) section.hidden = section.id !== known;
    for (const tab of document.querySelectorAll(".owners a")) {
      if (tab.hash === "#" + known) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    drawVisible();
  }

  for (const button of document.querySelectorAll(".spans button"))
    button.addEventListener("click", () => {
      for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
      const place = document.getElementById(button.dataset.figure);
      place.dataset.start = button.dataset.start;
      draw(place);
    });

  addEventListener("hashchange", () => show(location.hash.slice(1)));
  dark.addEventListener("change", drawVisible);
  show(location.hash.slice(1));
})();
