// Lets this browser show when there is news of a report. Without this file the page offers the other ways only.
const place = document.querySelector("section[data-push]");
const button = place.querySelector("button");

// iPhones have no push outside of an installed app, some browsers none at all: then nothing is offered.
place.hidden = !("serviceWorker" in navigator && "PushManager" in window && "Notification" in window);

function tell(state) {
  for (const words of place.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== state;
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return false;
  await navigator.serviceWorker.register("/app/sw.js", { scope: "/" });
  const worker = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: place.dataset.push };
  const { endpoint, keys } = (await worker.pushManager.subscribe(wanted)).toJSON();
  const answer = await fetch(`/api/v1/push/${encodeURIComponent(place.dataset.report)}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ receipt: place.dataset.receipt, endpoint, keys }),
  });
  return answer.ok;
}

button.addEventListener("click", async () => {
  button.disabled = true;
  const isOn = await subscribe().catch(() => false); // refused by the browser, or the line is gone
  tell(isOn ? "on" : "off");
  button.disabled = isOn;
});
