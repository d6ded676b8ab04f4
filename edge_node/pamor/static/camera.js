// A photo straight from the camera: it never becomes a file, in no gallery and in no folder.

import { button, h } from "./dom.js";
import { t } from "./words.js";

const ASKED = {
  audio: false,
  video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1920 } },
};

let stream = null;

export const hasCamera = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

export const stopCamera = () => {
  if (stream) stream.getTracks().forEach((one) => one.stop());
  stream = null;
};

/** Show what the camera sees in `place`; `taken` gets each picture, as a bitmap. */
export const openCamera = async (place, taken) => {
  stopCamera();
  stream = await navigator.mediaDevices.getUserMedia(ASKED);
  const video = h("video", { class: "camera", playsinline: true, muted: true, autoplay: true });
  video.srcObject = stream;
  await video.play();
  const close = () => {
    stopCamera();
    place.replaceChildren();
  };
  const take = async () => {
    const bitmap = await createImageBitmap(video);
    close();
    await taken(bitmap);
  };
  const shoot = button(t("ambil"), take, "primary");
  place.replaceChildren(video, shoot, button(t("tutup_kamera"), close));
  shoot.focus();
};
