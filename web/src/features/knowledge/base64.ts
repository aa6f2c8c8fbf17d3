const STEP = 0x8000;

/** Bytes as base64, in steps: as arguments of one call a large file would not fit the stack. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += STEP) {
    text += String.fromCharCode(...bytes.subarray(from, from + STEP));
  }
  return btoa(text);
}
