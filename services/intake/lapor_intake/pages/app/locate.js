// Puts into the form where the device is, if somebody asks for it.

const OPTIONS = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 }; // ms

export function locate(form) {
  const fields = form.elements;
  const offer = document.querySelector("[data-locate]");
  if (!navigator.geolocation) return;

  function tell(state) {
    for (const notice of offer.querySelectorAll("[data-located]")) notice.hidden = notice.dataset.located !== state;
  }

  function keep({ coords }) {
    fields.latitude.value = coords.latitude.toFixed(6);
    fields.longitude.value = coords.longitude.toFixed(6);
    fields.longitude.dispatchEvent(new Event("input", { bubbles: true })); // so that the draft knows
    tell("yes");
  }

  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(keep, () => tell("no"), OPTIONS);
  });
  if (fields.latitude.value) tell("yes");
}
