// Prints what a shopper, an agent and an admin download (gzip) and fails when it is over its cap.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KB = 1024;
const LOADER = "src/loader/loader.ts";
/** A shopper reads one language: the largest counts. */
const WORDS = /^src\/widget\/words\//;

/** Measured elsewhere, first load, gzip, in KB. */
const ELSEWHERE = {
  "Rocket.Chat": "66",
  "deep-chat": "111–150",
  Typebot: "196",
  "rasa-webchat": "211",
  Botpress: "243",
  n8n: "456",
  "Bot Framework": "945",
};

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

/** An entry's own files and those of all it imports, later ones too: a cap that can be dodged by splitting is none. */
function filesOf(key, skip = () => false, seen = new Set()) {
  const chunk = manifest[key];
  if (seen.has(key) || skip(key) || chunk === undefined) return [];
  seen.add(key);
  const imported = [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])];
  return [chunk.file, ...(chunk.css ?? []), ...imported.flatMap((next) => filesOf(next, skip, seen))];
}

const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const sum = (files, kind) => [...new Set(files)].filter((file) => file.endsWith(`.${kind}`)).reduce((total, file) => total + size(file), 0);

const widget = filesOf("widget.html", (key) => WORDS.test(key));
const words = Object.keys(manifest).filter((key) => WORDS.test(key));
const language = Math.max(0, ...words.map((key) => sum(filesOf(key), "js")));
const loader = sum(filesOf(LOADER), "js");
const chat = loader + sum(widget, "js") + language;

const sizes = [
  ["loader", loader, 3 * KB],
  ["loader and widget, js, with its largest language", chat, 20 * KB],
  ["widget, css", sum(widget, "css"), 8 * KB],
  ["console, js", sum(filesOf("console.html"), "js"), 120 * KB],
  ["demo shop, js without the chat", sum(filesOf("index.html"), "js"), 15 * KB],
];

let over = 0;
for (const [name, bytes, cap] of sizes) {
  if (bytes > cap) over += 1;
  console.log(`${name}: ${bytes} of ${cap} bytes gzip  ${bytes > cap ? "OVER" : "ok"}`);
}
const others = Object.entries(ELSEWHERE).map(([name, kb]) => `${name} ${kb}`);
console.log(`the whole chat is ${(chat / KB).toFixed(1)} KB; others, first load: ${others.join(", ")} KB`);

if (over > 0) {
  console.error(`${over} over the cap: make it smaller, or move the cap in scripts/sizes.mjs and say why.`);
  process.exit(1);
}
