// A photo by this computer's camera, put into a file box as if it had been chosen there.
(() => {
  "use strict";

  const WANTED = { audio: false, video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1440 } } };
  const QUALITY = 0.92;

  const begin = (dialog) => {
    const part = (name) => dialog.querySelector(`[data-camera-${name}]`);
    const live = part("live"), taken = part("taken");
    let stream = null, photo = null, box = null, opened = 0;

    const see = (...names) => {
      for (const name of ["live", "taken", "hint", "take", "use", "again", "wait", "said"]) {
        part(name).hidden = !names.includes(name);
      }
    };
    const stop = () => {
      opened += 1;
      if (stream) for (const track of stream.getTracks()) track.stop();
      stream = live.srcObject = null;
    };
    const forget = () => {
      if (taken.src) URL.revokeObjectURL(taken.src);
      taken.removeAttribute("src");
      photo = null;
    };
    const say = (error) => {
      const told = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "absent" };
      part("said").textContent = dialog.dataset[told[error.name] || "busyCamera"];
      see("said", "again");
      part("again").focus();
    };
    const look = async () => {
      stop();
      forget();
      see("wait");
      const mine = opened;
      try {
        const found = await navigator.mediaDevices.getUserMedia(WANTED);
        if (mine !== opened) { // closed while the browser asked
          for (const track of found.getTracks()) track.stop();
          return;
        }
        stream = found;
        live.srcObject = stream;
        await live.play();
      } catch (error) {
        if (mine === opened) say(error);
        return;
      }
      see("live", "hint", "take");
      part("take").focus();
    };
    const take = () => {
      const sheet = document.createElement("canvas");
      sheet.width = live.videoWidth;
      sheet.height = live.videoHeight;
      sheet.getContext("2d").drawImage(live, 0, 0);
      const mine = opened;
      sheet.toBlob((blob) => {
        if (mine !== opened) return; // closed, or pressed twice, while it was packed
        photo = blob;
        taken.src = URL.createObjectURL(blob);
        stop();
        see("taken", "use", "again");
        part("use").focus();
      }, "image/jpeg", QUALITY);
    };
    const use = () => {
      const chosen = new DataTransfer();
      if (box.multiple) for (const file of box.files) chosen.items.add(file);
      const name = `kamera-${chosen.files.length + 1}.jpg`;
      chosen.items.add(new File([photo], name, { type: "image/jpeg" }));
      box.files = chosen.files;
      box.dispatchEvent(new Event("change", { bubbles: true }));
      dialog.close();
      box.focus();
    };

    part("take").addEventListener("click", take);
    part("use").addEventListener("click", use);
    part("again").addEventListener("click", look);
    part("close").addEventListener("click", () => dialog.close());
    // Esc closes it too; the camera's light must go out.
    dialog.addEventListener("close", () => { stop(); forget(); });

    for (const button of document.querySelectorAll("[data-camera]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        box = document.getElementById(button.dataset.camera);
        part("of").textContent = button.dataset.of;
        dialog.showModal();
        look();
      });
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("kamera");
    // Over plain HTTP from another computer a browser offers no camera at all.
    if (dialog && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) begin(dialog);
  });
})();
