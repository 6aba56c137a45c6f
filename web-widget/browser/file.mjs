// Runs one file of tests, one test after the other: `node browser/file.mjs FILE [WORD]`. Started by run.mjs, which counts
// by what it is told over the channel; by hand it prints the same.

import { TEST_MS, end, within } from "./world.mjs";

const [file, word = ""] = process.argv.slice(2);

/** Tells run.mjs; before the process ends, what was told has gone out. */
const tell = (message) => new Promise((told) => (process.connected ? process.send(message, told) : told()));
const leave = (code) => void end().finally(() => process.exit(code));

process.once("SIGINT", () => leave(130));
process.once("SIGTERM", () => leave(143));
// run.mjs is gone, and cannot sweep up after us: what has only just been started goes with the group that we lead.
process.once("disconnect", () => void end().finally(() => process.kill(-process.pid, "SIGKILL")));
process.once("uncaughtException", (error) => {
  console.error(error);
  leave(1);
});

const { tests } = await import(new URL(file, import.meta.url));
for (const [name, test] of Object.entries(tests).filter(([name]) => name.includes(word))) {
  const start = Date.now();
  await tell({ began: name });
  try {
    await within(test(), () => "the test to end", TEST_MS);
    console.log(`ok     ${name} (${Date.now() - start} ms)`);
    await tell({ passed: name });
  } catch (error) {
    console.log(`FAILED ${name} (${Date.now() - start} ms)\n${error instanceof Error ? error.stack : error}`);
    await tell({ failed: name });
  }
}
await end();
await tell({ done: true });
process.exit(0);
