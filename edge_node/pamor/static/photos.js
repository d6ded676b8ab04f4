// A photo made small before it is sealed: upright, readable, without place or device.

const LONG_SIDE = 1754; // pixels: an A4 page at 150 dpi, as the kelurahan keeps it
const SHORTEST = 300;
const QUALITY = 0.8;
const THUMB = 144;
const MOST_PDF = 3 << 20;

/** Why a file cannot be taken: the name of a text. */
export class BadPhoto extends Error {}

const drawn = (bitmap, longest) => {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
};

const jpeg = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));

/** { bytes, thumb } of a chosen file. The thumb is a data: address, so that no copy is kept. */
export const prepared = async (file) => {
  if (file.type === "application/pdf") {
    if (file.size > MOST_PDF) throw new BadPhoto("pdf_besar");
    return { bytes: new Uint8Array(await file.arrayBuffer()), thumb: "" };
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (unreadable) {
    throw new BadPhoto("foto_rusak");
  }
  return fromBitmap(bitmap);
};

/** The same of what a camera shows. */
export const fromBitmap = async (bitmap) => {
  if (Math.min(bitmap.width, bitmap.height) < SHORTEST) throw new BadPhoto("foto_kecil");
  const blob = await jpeg(drawn(bitmap, LONG_SIDE));
  const thumb = drawn(bitmap, THUMB).toDataURL("image/jpeg", 0.6);
  bitmap.close();
  if (!blob) throw new BadPhoto("foto_rusak");
  return { bytes: new Uint8Array(await blob.arrayBuffer()), thumb };
};
