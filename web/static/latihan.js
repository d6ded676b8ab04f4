// Practice only: shows where on the page the step of a guided tour is done.
(() => {
  "use strict";
  const tour = document.querySelector("[data-point]");
  if (!tour) return;
  const found = [...document.querySelectorAll(tour.dataset.point)].find((one) => one.offsetParent !== null);
  if (!found) return;
  found.classList.add("pointed");
  const box = found.getBoundingClientRect();
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (box.bottom > window.innerHeight || box.top < 0) {
    found.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }
})();
