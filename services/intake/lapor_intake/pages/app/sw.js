// Lets the report form open where there is no line. It keeps nothing that anybody typed: drafts are the page's business.
"use strict";

const SHELL = "lapor-shell-2";
const FORM = "/lapor";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([FORM, "/app/report.js", "/app/locate.js", "/app/similar.js", "/app/uploads.js", "/app/proof.js"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== SHELL).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names))));
  self.clients.claim();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isShell = url.pathname === FORM || url.pathname.startsWith("/app/") || url.pathname.startsWith("/static/");
  if (event.request.method === "GET" && url.origin === self.location.origin && isShell) {
    event.respondWith(fromTheLineElseKept(event.request));
  }
});

async function fromTheLineElseKept(request) {
  const cache = await caches.open(SHELL);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

// A message says no more than that there is news: others may look at the screen.
self.addEventListener("push", (event) => {
  const { title, body } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, icon: "/static/lapor.svg", tag: "lapor" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/lacak"));
});
