// A process of its own that counts what the interpreter does for programs, where time would tell more of the machine. Run by work.test.ts.
import { Session } from "node:inspector/promises";
import { text } from "node:stream/consumers";

/** What one run of a program took: its steps and bytes, and how many blocks of code the host ran for it: calls, branches, turns of loops. */
export interface Work {
  readonly result: string;
  readonly steps: number;
  readonly blocks: number;
}

// The host counts blocks only in what it compiles from now on.
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const { run } = await import("./running.js");

async function blocks(): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  let count = 0;
  for (const { url, functions } of result)
    if (url.startsWith("file:") || url.startsWith("ouro:")) for (const { ranges } of functions) for (const range of ranges) count += range.count;
  return count;
}

const works: Work[] = [];
for (const source of JSON.parse(await text(process.stdin)) as string[]) {
  const options = { imports: ["(ouro base)", "(scheme eval)"] };
  // Once before, so that nothing is loaded or made ready while it counts.
  run(source, options);
  await blocks();
  const outcome = run(source, options);
  works.push({ ...outcome, blocks: await blocks() });
}
process.stdout.write(JSON.stringify(works));
