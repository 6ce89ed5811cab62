// Ticks, or clears, all boxes of a form at once. Without this the button is not there, and each is ticked by itself.

function show() {
  for (const button of document.querySelectorAll("button[data-choose-all]")) button.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-choose-all]");
  if (!button) return;
  const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
  const chosen = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !chosen;
});
document.addEventListener("live", show); // a part of the page is new
show();
