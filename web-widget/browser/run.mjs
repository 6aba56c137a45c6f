// Runs every `*.test.mjs` beside it, each file in a process of its own and two at a time. The last line is "N passed, N failed".
//   npm run browser            all tests
//   npm run browser -- WORD    those whose name contains WORD; a file's name, such as line.test.mjs, stands for all of it

import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TEST_MS } from "./world.mjs";

/** More than this, and pages on a small machine wait for one another longer than their tests do for them. */
const AT_ONCE = 2;
/** The longest first, so that none of them is left to run by itself; the rest in any order. */
const LONGEST = ["payloads", "minute", "desk", "people", "shop", "content", "scoreboard", "talk"].map((name) => `${name}.test.mjs`);
/** These measure time and run by themselves at the end. */
const ALONE = ["vitals.test.mjs"];
/** A file that reports nothing for so long hangs: its own limit would have ended the test. */
const SILENT_MS = TEST_MS + 60_000;
/** What a file that is told to end has to put its server and its browser away. */
const GOODBYE_MS = 10_000;

const here = new URL(".", import.meta.url);
const began = Date.now();
const running = new Set();
let passed = 0;
let failed = 0;
let stopped = false;

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) {
  process.once(signal, () => {
    stopped = true;
    void Promise.all([...running].map(put)).then(() => process.exit(code));
  });
}

/** Ends a file's process, which puts away what it has started. One that hangs is killed. */
async function put(child) {
  const gone = once(child, "close");
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), GOODBYE_MS);
  await gone;
  clearTimeout(hard);
}

/** What a process that was killed has left behind. A browser ends by itself when nobody is at its pipe. */
function sweep(group) {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Nothing.
  }
}

async function run(file, word) {
  if (stopped) return;
  const child = fork(fileURLToPath(new URL("file.mjs", here)), [file, word], { detached: true, silent: true });
  running.add(child);
  const start = Date.now();
  let said = "";
  let count = 0;
  let at = "its start";
  let done = false;
  let silent = false;
  let patience;
  const alive = () => {
    clearTimeout(patience);
    patience = setTimeout(() => {
      silent = true;
      void put(child);
    }, SILENT_MS);
  };
  alive();
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  child.once("exit", () => sweep(child.pid));
  child.on("message", (message) => {
    alive();
    if ("began" in message) at = `"${message.began}"`;
    if ("passed" in message) passed += 1;
    if ("failed" in message) failed += 1;
    if ("passed" in message || "failed" in message) count += 1;
    done ||= message.done === true;
  });
  const [code, signal] = await once(child, "close");
  clearTimeout(patience);
  running.delete(child);
  if (stopped) return;
  if (!done || code !== 0) {
    failed += 1;
    count += 1;
    said += `FAILED ${file}: it ${silent ? `said nothing for ${SILENT_MS / 1000} s and was ended` : `ended with ${signal ?? code}`}, at ${at}\n`;
  }
  if (count > 0) process.stdout.write(`${file}, ${Math.round((Date.now() - start) / 1000)} s\n${said}`);
}

const given = process.argv[2] ?? "";
const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const [files, word] = all.includes(given) ? [[given], ""] : [all, given];
const rank = (file) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);
const queue = files.filter((file) => !ALONE.includes(file)).sort((a, b) => rank(a) - rank(b));
const worker = async () => {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) await run(file, word);
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
for (const file of files.filter((file) => ALONE.includes(file))) await run(file, word);

console.log(`${Math.round((Date.now() - began) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
