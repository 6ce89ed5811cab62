// What makes a verifier quicker: single keys, and canned texts put into their field. Everything works without it.
//
// The keys work only while no field has the focus, and can be switched off (WCAG 2.1.4). An element says in data-key
// which key is its own: a link or button is pressed, of a form the first field is given the focus.

const SETTING = "lapor.shortcuts";
const list = document.getElementById("shortcuts");
const on = document.getElementById("shortcuts-on");

const remembered = {
  get: () => { try { return localStorage.getItem(SETTING) !== "off"; } catch { return true; } },
  set: (value) => { try { localStorage.setItem(SETTING, value ? "on" : "off"); } catch { /* then for this page only */ } },
};

function move(step) {
  const rows = [...document.querySelectorAll("tbody tr")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement.closest("tr"));
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].querySelector("a").focus();
}

function inRow(selector) {
  document.activeElement.closest("tbody tr")?.querySelector(selector)?.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => inRow("a"),
  x: () => inRow("input[type=checkbox]"),
  "?": () => list.showModal(),
};

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("a, button")) target.click();
  else target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.altKey || event.metaKey;
  if (!list || elsewhere || !on.checked || event.key.length !== 1) return;
  if (KEYS[event.key]) KEYS[event.key]();
  else if (!press(event.key)) return;
  event.preventDefault();
});

if (list) {
  on.checked = remembered.get();
  on.addEventListener("change", () => remembered.set(on.checked));
  document.getElementById("shortcuts-offer").hidden = false;
  document.getElementById("shortcuts-open").addEventListener("click", () => list.showModal());
  document.getElementById("shortcuts-close").addEventListener("click", () => list.close());
}

for (const link of document.querySelectorAll("a[data-text]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const field = document.getElementById(link.dataset.into);
    field.value = [field.value.trim(), link.dataset.text].filter(Boolean).join("\n");
    field.focus();
    const open = field.value.match(/\{\{[^{}]*\}\}|…/);
    if (open) field.setSelectionRange(open.index, open.index + open[0].length);
  });
}
