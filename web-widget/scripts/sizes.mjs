// Prints what each entry of the build costs on the wire (gzip) and fails when one is over its cap.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const CAPS = { js: 20 * 1024, css: 8 * 1024 };

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

/** The entry's own files and those of all it imports, later ones too: a cap that can be dodged by splitting is none. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return [];
  seen.add(key);
  const chunk = manifest[key];
  const imported = [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])];
  return [chunk.file, ...(chunk.css ?? []), ...imported.flatMap((next) => filesOf(next, seen))];
}

const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

let over = 0;
for (const key of Object.keys(manifest).filter((key) => manifest[key].isEntry)) {
  const files = [...new Set(filesOf(key))];
  for (const [kind, cap] of Object.entries(CAPS)) {
    const bytes = files.filter((file) => file.endsWith(`.${kind}`)).reduce((sum, file) => sum + size(file), 0);
    if (bytes > cap) over += 1;
    console.log(`${key}  ${kind}  ${bytes} of ${cap} bytes gzip  ${bytes > cap ? "OVER" : "ok"}`);
  }
}
if (over > 0) {
  console.error(`${over} over the cap: make it smaller, or move the cap in scripts/sizes.mjs and say why.`);
  process.exit(1);
}
