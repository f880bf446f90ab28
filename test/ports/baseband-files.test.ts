// The baseband port's files: they leave with their message, if they are kept and the call says where they come from.
import { expect, test } from "vitest";
import { basebandPort, inProcess, memoryBaseband, openBaseband, type Part } from "../../ports/baseband/index.js";
import { ask, refusal } from "./contract.js";

const hash = (digit: string): string => digit.repeat(64);
const KEPT = new Map([[hash("a"), { bytes: new Uint8Array(3), labels: [] }], [hash("b"), { bytes: new Uint8Array(5), labels: ["web example.org"] }]]);

test("files leave with their message; what is not kept, or hides where it comes from, does not", async () => {
  const sent: Part[] = [];
  const baseband = openBaseband(memoryBaseband());
  baseband.attach(inProcess("repl", (part) => void sent.push(part)));
  baseband.bind({ platform: "repl", account: "local", channel: "main", thread: "", agent: "ouro" });
  const port = basebandPort(baseband, { files: (name) => KEPT.get(name) });
  const send = (digit: string, labels: readonly string[] = []) =>
    ask(port, "send!", { channel: "repl/local/main", text: "see", files: [{ hash: hash(digit), name: "plot.png", type: "image/png" }] }, { labels });
  await send("a");
  await refusal(send("b"), "baseband-file-labels");
  await refusal(send("b", ["web example.com"]), "baseband-file-labels");
  await send("b", ["model", "web example.org"]);
  await refusal(send("c"), "baseband-no-file");
  await baseband.outbox.deliver(0);
  expect(sent.map(({ files }) => files.map(({ hash: name, size }) => [name, size]))).toEqual([[[hash("a"), 3]], [[hash("b"), 5]]]);
});
