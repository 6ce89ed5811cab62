// The report form, helped along: a draft that outlives a closed page, a proof of work while somebody types, and sending
// when the line is back. Without this file the form works as any form does.
import { locate } from "./locate.js";
import { suggest } from "./similar.js";
import { resume, uploaded, uploads } from "./uploads.js";

const DRAFT = "lapor-draft";
const AGAIN_AFTER = 15_000; // ms; the browser does not always know that the line is back

const form = document.querySelector("form[data-report]");
const fields = [...form.elements].filter(
  (field) => field.name && ("kept" in field.dataset || !["hidden", "file", "submit"].includes(field.type)),
);
const files = form.querySelector("ul");
let proof = null; // the promise of one, from the first key stroke on
let isSending = false;

const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
const isEmpty = () => !fields.some((field) => !isChoice(field) && field.value);

function tell(state) {
  for (const notice of document.querySelectorAll("[data-when]")) notice.hidden = notice.dataset.when !== state;
}

function draft() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch {
    return null; // storage is full, forbidden or somebody else's: then there is no draft
  }
}

function keep(isWaiting) {
  const values = fields.map((field) => (isChoice(field) ? field.checked : field.value));
  const attached = [...files.children].map((item) => [item.querySelector("input").value, item.firstChild.textContent]);
  try {
    localStorage.setItem(DRAFT, JSON.stringify({ key: form.key.value, isWaiting, values, attached }));
    return true;
  } catch {
    return false;
  }
}

function restore({ key, values, attached }) {
  form.key.value = key;
  for (const [id, words] of attached.filter(([id]) => id)) uploaded(id, words, files);
  fields.forEach((field, at) => {
    if (isChoice(field)) field.checked = values[at] === true;
    else field.value = values[at] ?? "";
  });
}

function forget() {
  localStorage.removeItem(DRAFT);
}

async function solve() {
  const answer = await fetch(`/api/v1/challenges?key=${encodeURIComponent(form.key.value)}`);
  if (!answer.ok) return "";
  const challenge = await answer.json();
  const worker = new Worker("/app/proof.js");
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
      worker.postMessage(challenge);
    });
  } finally {
    worker.terminate();
  }
}

// One proof for one key; a failed attempt may be made again.
function proven() {
  proof ??= solve().catch(() => {
    proof = null;
    return "";
  });
  return proof;
}

async function send() {
  if (isSending) return;
  isSending = true;
  keep(true);
  tell("sending");
  try {
    await Promise.all(uploads);
    form.proof.value = await proven();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
    if (answer.status === 201) forget();
    else keep(false);
    show(await answer.text());
  } catch {
    // The same key goes along each time, so whatever arrived in spite of the error is not taken twice.
    tell("waiting");
    setTimeout(send, AGAIN_AFTER);
  } finally {
    isSending = false;
  }
}

function show(page) {
  document.open();
  // A module runs once for an address; the form that comes back with errors wants this one again.
  document.write(page.replace("/app/report.js", `/app/report.js?${Date.now()}`));
  document.close();
  scrollTo(0, 0);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!(await similar.isNews())) send();
});
form.addEventListener("input", () => {
  keep(false);
  proven();
});
addEventListener("online", () => {
  if (draft()?.isWaiting) send();
});
for (const button of document.querySelectorAll("[data-forget]")) {
  button.addEventListener("click", () => {
    forget();
    location.reload();
  });
}

resume(form.querySelector("input[type=file]"));
const similar = suggest(form);
locate(form);
const kept = draft();
if (kept && isEmpty()) {
  restore(kept);
  similar.show();
  if (kept.isWaiting) send();
  else tell("restored");
} else if (isEmpty() && globalThis.crypto?.randomUUID) {
  form.key.value = crypto.randomUUID(); // a page that was kept for lack of a line has the key of its first visitor
}
navigator.serviceWorker?.register("/app/sw.js", { scope: "/" });
