// Runs every `*.test.mjs` beside it, one test after the other. The last line is "N passed, N failed".
//   npm run browser            all tests
//   npm run browser -- WORD    those whose name contains WORD

import { readdirSync } from "node:fs";
import { end, within } from "./world.mjs";

/** No single test needs this; it ends one that hangs. */
const TEST_MS = 120_000;

const word = process.argv[2] ?? "";
const here = new URL(".", import.meta.url);
const began = Date.now();
let passed = 0;
let failed = 0;

process.once("SIGINT", () => void end().finally(() => process.exit(130)));
process.once("SIGTERM", () => void end().finally(() => process.exit(143)));

for (const file of readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort()) {
  const { tests } = await import(new URL(file, here));
  for (const [name, test] of Object.entries(tests).filter(([name]) => name.includes(word))) {
    const start = Date.now();
    try {
      await within(test(), () => "the test to end", TEST_MS);
      passed += 1;
      console.log(`ok     ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name} (${Date.now() - start} ms)\n${error instanceof Error ? error.stack : error}`);
    }
  }
}
await end();
console.log(`${Math.round((Date.now() - began) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
