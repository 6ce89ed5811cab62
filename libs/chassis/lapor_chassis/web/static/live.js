// Brings a page up to date when what it shows has changed. Without this it stays as it was until it is loaded again.
//
// An element says in data-live where news are to be heard. What may be exchanged stands in elements with data-live-part.
// A part in which somebody types, has ticked something, or reads with the keyboard is left alone: they are asked instead.

const LONGEST_WAIT = 600_000; // ms
const status = document.querySelector("[data-live]");
const [done, waiting] = status.querySelectorAll("p");
const again = document.querySelector("form[data-live-again]"); // what was opened with a form is asked for with it
let source, shown, timer;
let wait = 30_000;

function isChanged(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.value !== field.defaultValue;
}

function isInUse(part) {
  const selection = getSelection();
  return (
    part.contains(document.activeElement) ||
    (!selection.isCollapsed && selection.containsNode(part, true)) ||
    [...part.querySelectorAll("input, select, textarea")].some(isChanged)
  );
}

function say(words) {
  done.hidden = waiting.hidden = true;
  // In the next turn, so that a screen reader hears it again.
  setTimeout(() => { words.hidden = false; });
}

async function present() {
  const request = again ? { method: "POST", body: new URLSearchParams(new FormData(again)) } : {};
  // The attribute: a field that is called "action" would hide the property.
  const answer = await fetch(again ? again.getAttribute("action") : location.href, request);
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  try {
    const page = await present();
    const parts = [...document.querySelectorAll("[data-live-part]")];
    const left = parts.filter(isInUse);
    for (const part of parts) {
      const fresh = page.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
      if (fresh && !left.includes(part) && fresh.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(fresh));
    }
    document.dispatchEvent(new Event("live"));
    say(left.length ? waiting : done);
  } catch {
    say(waiting);
  }
}

function listen() {
  stop();
  const address = new URL(status.dataset.live, location);
  if (shown) address.searchParams.set("v", shown);
  source = new EventSource(address);
  source.addEventListener("message", ({ lastEventId }) => {
    shown = lastEventId;
    refresh();
  });
  source.addEventListener("open", () => { wait = 30_000; });
  source.addEventListener("error", () => {
    // The browser comes again by itself, but not where it was answered with an error: a server that starts anew, say.
    if (source.readyState !== EventSource.CLOSED) return;
    timer = setTimeout(listen, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

function stop() {
  clearTimeout(timer);
  source?.close();
}

waiting.querySelector("button").addEventListener("click", () => (again ? again.requestSubmit() : location.reload()));
// Nobody looks at a page in the background; it hears what happened when it comes to the front.
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
addEventListener("pagehide", stop);
listen();
