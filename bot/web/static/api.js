// The server's API. Every failure is an ApiError whose message may be shown as it is.

export class ApiError extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new ApiError("连不上助手，请稍后再试一次");
  }
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const body = isJson ? await response.json() : null;
  if (!response.ok || body === null) {
    throw new ApiError(body?.error ?? "助手出了点问题，请再试一次");
  }
  return body;
}

function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export const readState = () => ask("/api/state");
export const postMessage = (message) => post("/api/messages", message);
export const pressButton = (tap) => post("/api/taps", tap);
export const editMessage = (edit) => post("/api/edits", edit);
export const moveClock = (jump) => post("/api/clock", jump);

const MAX_PHOTO_BYTES = 10 * 1024 * 1024;

/** Keep a picture for a message to come; return its key and name. */
export function uploadPhoto(file) {
  if (file.size > MAX_PHOTO_BYTES) {
    throw new ApiError("照片太大了，请压缩到 10 MB 以内再发");
  }
  const body = new FormData();
  body.append("photo", file, file.name);
  return ask("/api/photos", { method: "POST", body });
}

/** Return the built-in example picture as a file. */
export async function samplePhoto() {
  const response = await fetch("/static/sample.jpg");
  return new File([await response.blob()], "现场照片.jpg", { type: "image/jpeg" });
}
