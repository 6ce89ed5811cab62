// Opens a whistleblower's report, and seals the answer, on the officer's own machine: neither the private key nor an
// opened text ever leaves it. The construction is explained in lapor_chassis/sealing.py.

const VERSION = "lapor-sealed-1";
const BLOCK = 1024;
const LONGEST = 7 * BLOCK - 1;
const PUBLIC_KEY = 32;

const encoder = new TextEncoder();
const papers = document.getElementById("sealed");
const status = document.getElementById("sealed-status");
const context = encoder.encode(papers.dataset.trackingId);

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

async function cipherOf(privateKey, theirKey, salt) {
  const publicKey = await crypto.subtle.importKey("raw", theirKey, "X25519", false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: publicKey }, privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(VERSION) };
  const secrets = new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 352));
  const key = await crypto.subtle.importKey("raw", secrets.slice(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { key, parameters: { name: "AES-GCM", iv: secrets.slice(32), additionalData: context } };
}

async function seal(text, readersKey) {
  const plain = joined(encoder.encode(text), [0x80]);
  const padded = new Uint8Array(Math.ceil(plain.length / BLOCK) * BLOCK);
  padded.set(plain);
  const once = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  const header = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
  const cipher = await cipherOf(once.privateKey, readersKey, joined(header, readersKey));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(cipher.parameters, cipher.key, padded));
  return `${VERSION}:${toBase64(joined(header, sealed))}`;
}

async function open(armored, privateKey, ownKey) {
  const packed = armored.replace(/\s/g, "");
  if (!packed.startsWith(`${VERSION}:`)) throw new Error("not sealed");
  const raw = fromBase64(packed.slice(VERSION.length + 1));
  const header = raw.slice(0, PUBLIC_KEY);
  const cipher = await cipherOf(privateKey, header, joined(header, ownKey));
  const padded = new Uint8Array(await crypto.subtle.decrypt(cipher.parameters, cipher.key, raw.slice(PUBLIC_KEY)));
  return new TextDecoder().decode(padded.slice(0, padded.lastIndexOf(0x80)));
}

async function privateKeyIn(file) {
  const pem = (await file.text()).replace(/-----[^-]+-----|\s/g, "");
  return crypto.subtle.importKey("pkcs8", fromBase64(pem), "X25519", false, ["deriveBits"]);
}

function say(which) {
  for (const sentence of status.children) sentence.hidden = sentence.dataset.when !== which;
}

function showReport(place, text) {
  const report = JSON.parse(text);
  for (const value of place.querySelectorAll("[data-part]")) {
    const part = report[value.dataset.part];
    value.textContent = part ?? "";
    value.hidden = value.previousElementSibling.hidden = !part;
  }
  place.hidden = false;
}

async function openAll(file) {
  say(null);
  try {
    const privateKey = await privateKeyIn(file);
    const ownKey = fromHex(papers.dataset.oversightKey);
    for (const place of papers.querySelectorAll("[data-sealed]")) {
      const text = await open(place.textContent, privateKey, ownKey);
      const opened = document.getElementById(place.dataset.sealed);
      if (opened.tagName === "DL") showReport(opened, text);
      else {
        opened.textContent = text;
        opened.hidden = false;
      }
      place.closest("details").hidden = true;
    }
    say("opened");
  } catch {
    say("wrong-key");
  }
}

async function sealAnswer(form, plain, sealed) {
  if (encoder.encode(plain.value).length > LONGEST) {
    say("too-long");
    return;
  }
  try {
    sealed.value = await seal(plain.value, fromHex(papers.dataset.reporterKey));
    form.submit();
  } catch {
    say("no-support");
  }
}

const keyFile = document.getElementById("private-key");
keyFile.addEventListener("change", () => keyFile.files.length && openAll(keyFile.files[0]));

const sealed = document.getElementById("text");
if (sealed) {
  const plain = document.getElementById("plain");
  plain.required = true;
  sealed.required = false;
  sealed.closest(".field").hidden = true;
  let isUnderWay = false;
  sealed.form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    sealAnswer(sealed.form, plain, sealed).finally(() => {
      isUnderWay = false;
    });
  });
}

for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;
