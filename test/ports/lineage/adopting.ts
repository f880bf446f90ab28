// The process that the crash test kills: it adopts one commit after another, and says which it has adopted.
import { callOperation } from "../../../ports/port.js";
import { gitLineage } from "../../../ports/lineage/index.js";

const [folder = "", run = ""] = process.argv.slice(2);
const { port, head, recover } = gitLineage(folder);

async function adoptNext(index: number): Promise<void> {
  const context = {
    signal: new AbortController().signal, idempotencyKey: `${run}-${index}`, stamp: { timeMs: 1_700_000_000_000 + index, entropy: "" }, cell: "test", progress: () => undefined,
  };
  const base = await head();
  const also = [{ file: `folder-${index % 3}/file.scm`, text: `${run} ${index}\n` }, { file: "big.scm", text: `; ${run} ${index}\n`.repeat(20_000) }];
  const { commit } = (await callOperation(port, "propose!", { base, patch: { file: "policy/retry.scm", text: `${run} ${index}\n`, also }, reason: "Next" }, context)) as { commit: string };
  await callOperation(port, "adopt!", { commit, "expected-head": base }, context);
  process.stdout.write(`${commit}\n`);
}

await recover();
process.stdout.write(`${await head()}\n`);
for (let index = 0; ; index += 1) await adoptNext(index);
