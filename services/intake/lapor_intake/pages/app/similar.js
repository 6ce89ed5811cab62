// Shows, while somebody writes, which public reports are about the same matter, and lets the report support one of them.
// Nothing is asked about a report that is to be secret, and nothing waits long for an answer.

const PATIENCE = 2_000; // ms
const SHORTEST = 20; // letters; less says too little to be compared

export function suggest(form) {
  const fields = form.elements;
  const offer = document.querySelector("[data-similar]");
  const list = offer.querySelector("ul");
  const template = document.querySelector("template[data-suggestion]");
  const supporting = document.querySelector("[data-supporting]");
  const seen = new Set();
  let asked = "";
  let asking = null; // the promise of an answer

  function draft() {
    const text = `${fields.title.value}\n${fields.body.value}`.trim().slice(0, 10_000);
    if (text.length < SHORTEST || fields.secret.checked || fields.supports.value) return "";
    return JSON.stringify({ text, place: fields.place.value || null, region_code: fields.region_code.value || null });
  }

  function support(trackingId) {
    fields.supports.value = trackingId;
    fields.supports.dispatchEvent(new Event("input", { bubbles: true })); // so that the draft knows
    show();
  }

  function show() {
    const trackingId = fields.supports.value;
    supporting.hidden = !trackingId;
    supporting.querySelector("code").textContent = trackingId;
    offer.hidden = Boolean(trackingId) || !list.children.length;
  }

  function line({ tracking_id, title, passage, region, month, status_url }) {
    const item = template.content.firstElementChild.cloneNode(true);
    const link = item.querySelector("a");
    link.href = status_url;
    link.textContent = title;
    item.querySelector("span").textContent = [tracking_id, region, month].filter(Boolean).join(" · ");
    item.querySelector("p").textContent = passage;
    item.querySelector("button").addEventListener("click", () => support(tracking_id));
    return item;
  }

  // Whether there is something that was not shown before; who asks meanwhile waits for the same answer.
  function ask() {
    const content = draft();
    if (content === asked) return asking ?? Promise.resolve(false);
    asked = content;
    const mine = compare(content).finally(() => {
      if (asking === mine) asking = null;
    });
    return (asking = mine);
  }

  async function compare(content) {
    const found = content ? await answer(content) : [];
    if (content !== asked) return false; // written on meanwhile
    list.replaceChildren(...found.map(line));
    show();
    const news = found.filter(({ tracking_id }) => !seen.has(tracking_id));
    for (const { tracking_id } of news) seen.add(tracking_id);
    return news.length > 0;
  }

  async function answer(content) {
    const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: content };
    try {
      const given = await fetch("/api/v1/similar", { ...request, signal: AbortSignal.timeout(PATIENCE) });
      return given.ok ? (await given.json()).similar : [];
    } catch {
      return []; // no line: then it is sent as it is
    }
  }

  for (const name of ["title", "body", "place", "region_code", "secret"]) fields[name].addEventListener("change", ask);
  supporting.querySelector("button").addEventListener("click", () => support(""));
  show();

  return {
    show,
    // What was not seen yet is shown before it is sent; the next press sends.
    async isNews() {
      const isNew = await ask();
      if (isNew) offer.focus();
      return isNew;
    },
  };
}
