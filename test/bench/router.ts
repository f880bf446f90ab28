// Prints the latency that the whole stack adds to a model: from a message to the call on the wire, and from the model's last byte to the answer.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHost } from "../../frontends/host.js";
import { KEY, openPeer, streamed, streamOf } from "../ports/router/peer.js";

const MESSAGES = Number(process.env["OURO_MESSAGES"] ?? 200);
const WARM = 20;

const home = mkdtempSync(join(tmpdir(), "ouro-bench-router-"));
const peer = await openPeer();
const host = await openHost(join(home, "home"));
await host.models.add({ name: "local", wire: "openai-chat", url: peer.url("openai-chat"), secret: "local", models: [{ name: "instant", context: 100_000, price: [0, 0] }] }, KEY);

const times = { asked: 0, answered: 0 };
peer.answer = ({ wire }) => (response) => {
  times.asked = performance.now();
  response.on("finish", () => (times.answered = performance.now()));
  streamed(response, streamOf(wire, { text: "An answer." }));
};

const [inward, outward]: [number[], number[]] = [[], []];
for (let count = -WARM; count < MESSAGES; count += 1) {
  const start = performance.now();
  await host.send(`write me poem number ${count}`);
  const end = performance.now();
  if (count < 0) continue;
  inward.push(times.asked - start);
  outward.push(end - times.answered);
}

print("message in → model call", inward);
print("model answer → message out", outward);
print("both", inward.map((each, index) => each + (outward[index] ?? 0)));

await host.close();
await peer.close();
rmSync(home, { recursive: true, force: true });

function print(what: string, milliseconds: readonly number[]): void {
  const sorted = [...milliseconds].sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1);
  process.stdout.write(`${what.padEnd(28)} median ${at(0.5)} ms, 95 % ${at(0.95)} ms, 99 % ${at(0.99)} ms (${sorted.length} messages, one conversation)\n`);
}
