// Ticks, or clears, all boxes of a form at once. Without this the button is not there, and each is ticked by itself.

for (const button of document.querySelectorAll("button[data-choose-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
    const chosen = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !chosen;
  });
}
