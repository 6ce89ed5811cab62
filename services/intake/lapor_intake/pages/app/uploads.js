// Files are handed in while somebody still writes, in parts that a broken line does not lose (tus 1.0.0). What is
// handed in stands in the form as an id, as if the server had put it there.

const TUS = { "Tus-Resumable": "1.0.0" };
const PART = 256 * 1024; // bytes: some seconds on a slow line
const AGAIN_AFTER = 5_000; // ms

export const uploads = new Set(); // promises of files on their way

class Refused extends Error {}

const pause = () =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, AGAIN_AFTER);
    addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });

// An answer of ours; while there is none, or the server is in trouble, it is asked again.
async function answerTo(request) {
  for (;;) {
    try {
      const answer = await request();
      if (answer.status === 429) await new Promise((resolve) => setTimeout(resolve, 1000 * answer.headers.get("Retry-After")));
      else if (answer.status < 500) return answer;
    } catch (error) {
      if (error.name === "AbortError") throw error;
    }
    await pause();
  }
}

async function upload(file, signal, progressed) {
  const length = { "Upload-Length": file.size };
  const begun = await answerTo(() => fetch("/api/v1/uploads/tus", { method: "POST", headers: { ...TUS, ...length }, signal }));
  if (!begun.ok) throw new Refused(await reason(begun));
  const address = begun.headers.get("Location");
  for (let offset = 0; offset < file.size; ) {
    progressed(offset / file.size);
    const headers = { ...TUS, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
    const part = { method: "PATCH", headers, body: file.slice(offset, offset + PART), signal };
    // Asked anew after a failure: the part may have arrived though its answer did not.
    const answer = await fetch(address, part).catch((error) => {
      if (error.name === "AbortError") throw error;
      return null;
    });
    if (answer?.status === 204) offset = Number(answer.headers.get("Upload-Offset"));
    else if (answer && answer.status < 500 && answer.status !== 409) throw new Refused(await reason(answer));
    else {
      if (answer?.status !== 409) await pause();
      const now = await answerTo(() => fetch(address, { method: "HEAD", headers: TUS, signal }));
      if (!now.ok) throw new Refused(await reason(now));
      offset = Number(now.headers.get("Upload-Offset"));
    }
  }
  return new URL(address, location.href).pathname.split("/").pop();
}

async function reason(answer) {
  const problem = await answer.json().catch(() => ({}));
  const said = Object.values(problem.errors ?? {}).flat();
  return said.join(" ") || problem.detail || `HTTP ${answer.status}`;
}

// A line of the list; the draft hears of every change as of any other.
function line(words, list, removed) {
  const item = document.querySelector("template[data-upload]").content.firstElementChild.cloneNode(true);
  item.querySelector("span").textContent = words;
  item.querySelector("button").addEventListener("click", () => {
    removed();
    item.remove();
    changed(list);
  });
  list.append(item);
  return item;
}

const changed = (list) => list.dispatchEvent(new Event("input", { bubbles: true }));

function complete(item, id) {
  item.querySelector("progress").remove();
  item.querySelector("input").value = id;
  item.querySelector("input").disabled = false;
}

// What was handed in before the page was closed.
export function uploaded(id, words, list) {
  complete(line(words, list, () => {}), id);
}

function attach(file, list) {
  const given = new AbortController();
  const item = line(`${file.name} (${Math.ceil(file.size / 1024)} kB)`, list, () => given.abort());
  const progress = item.querySelector("progress");
  const work = upload(file, given.signal, (share) => (progress.value = share))
    .then((id) => {
      complete(item, id);
      changed(list);
    })
    .catch((error) => {
      if (!(error instanceof Refused)) return; // removed by hand
      progress.remove();
      item.querySelector("strong").textContent = error.message;
    })
    .finally(() => uploads.delete(work));
  uploads.add(work);
}

// From now on, what is chosen here is handed in at once.
export function resume(input) {
  input.addEventListener("change", () => {
    const list = input.closest(".field").querySelector("ul");
    for (const file of input.files) attach(file, list);
    input.value = "";
  });
}
