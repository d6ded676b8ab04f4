// Reads the questions of a page aloud, for whoever reads slowly. A phone of 2016 runs this.
(function () {
  "use strict";

  var READ = "h1, main > p, .notice-text p, .field > label, legend, .hint, .field-error p, " +
    ".field-warning p, .scan-advice, .choice > span, .choices button > span";
  var speech = window.speechSynthesis;
  var button = document.querySelector("[data-read]");
  if (!button || !speech || !window.SpeechSynthesisUtterance) return;

  var lang = document.documentElement.lang;
  var label = button.textContent;
  var voice = null;
  var reading = 0; // one number a reading, so that a late event of a former one does nothing
  var now = null; // held, or Chrome forgets the sentence and never tells that it ended

  // Android writes id_ID, and Java knew Indonesian as "in". A voice from the internet is none here.
  function speaks(one) {
    var code = one.lang.toLowerCase().split(/[-_]/)[0];
    return (code === lang || (lang === "id" && code === "in")) && one.localService !== false;
  }
  function look() {
    voice = speech.getVoices().filter(speaks)[0] || null;
    button.hidden = !voice;
  }

  // What stands there for the eye only (▲) is left out, and an example is spelt: NIK are no sums.
  function words(node) {
    if (node.nodeType === 3) return node.nodeValue;
    if (node.nodeType !== 1 || node.getAttribute("aria-hidden") === "true") return "";
    var said = Array.prototype.map.call(node.childNodes, words).join("");
    return node.classList.contains("example") ? said.replace(/\d(?=\d)/g, "$& ") : said;
  }
  function sentences() {
    return Array.prototype.map.call(document.querySelectorAll(READ), function (node) {
      return words(node).replace(/\s+/g, " ").trim();
    }).filter(Boolean);
  }

  function stop() {
    reading += 1;
    now = null;
    speech.cancel();
    button.textContent = label;
  }
  // One sentence after the other: Chrome breaks off what takes longer than some 15 seconds.
  function next(rest, mine) {
    if (mine !== reading) return;
    if (!rest.length) { stop(); return; }
    now = new window.SpeechSynthesisUtterance(rest[0]);
    now.lang = voice.lang;
    now.voice = voice;
    now.rate = 0.9;
    now.onend = function () { next(rest.slice(1), mine); };
    now.onerror = function () { if (mine === reading) stop(); };
    speech.speak(now);
  }

  button.addEventListener("click", function () {
    if (now) { stop(); return; }
    speech.cancel();
    reading += 1;
    button.textContent = button.getAttribute("data-stop");
    next(sentences(), reading);
  });
  // A phone goes on talking over the next page otherwise.
  window.addEventListener("pagehide", stop);
  speech.onvoiceschanged = look;
  look();
})();
