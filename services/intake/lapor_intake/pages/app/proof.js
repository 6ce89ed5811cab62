// Finds the number that a challenge asks for (ALTCHA 1), beside the page, so that typing stays smooth.
"use strict";

self.addEventListener("message", async ({ data: given }) => {
  const encoder = new TextEncoder();
  for (let number = 0; number <= given.maxnumber; number += 1) {
    const digest = await crypto.subtle.digest(given.algorithm, encoder.encode(given.salt + number));
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex === given.challenge) {
      const { algorithm, challenge, salt, signature } = given;
      self.postMessage(btoa(JSON.stringify({ algorithm, challenge, number, salt, signature })));
      return;
    }
  }
  self.postMessage("");
});
