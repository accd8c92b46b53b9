"use strict";
// Draws each figure in its place once it comes near the screen: a page with many opens at once.
(() => {
  const drawn = JSON.parse(document.getElementById("drawn").textContent);
  const touched = matchMedia("(pointer: coarse)").matches;

  function draw(place) {
    const { data, layout, config } = drawn[place.id];
    if (touched) {
      config.displayModeBar = false;
      layout.dragmode = false; // a finger on a figure scrolls the page
    }
    Plotly.newPlot(place, data, layout, config);
  }

  const near = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen)
        if (isIntersecting) {
          near.unobserve(target);
          draw(target);
        }
    },
    { rootMargin: "600px" },
  );
  for (const place of document.querySelectorAll(".figure")) near.observe(place);
  addEventListener("beforeprint", () => {
    for (const place of document.querySelectorAll(".figure:empty")) draw(place);
  });
})();
