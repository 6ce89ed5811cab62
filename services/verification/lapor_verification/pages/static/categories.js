// Suggests categories while somebody types. Without it, a code, a name or a path is typed in full.
const input = document.querySelector("input[list='categories']");
const list = document.getElementById("categories");
let waiting;

async function suggest() {
  const words = input.value.trim();
  if (words.length < 2) return;
  const query = new URLSearchParams({ limit: 20, agency_code: input.dataset.agency, q: words });
  const answer = await fetch(`/api/v1/categories?${query}`);
  if (!answer.ok || words !== input.value.trim()) return;
  const { items } = await answer.json();
  list.replaceChildren(...items.map(({ code, path }) => new Option(path, code)));
}

input?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => suggest().catch(() => {}), 200);
});
