// The same workflow of ten steps on openworkflow, with its own SQLite backend, driven as fast as it goes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideNodeSqlite } from "./node-sqlite.js";
import { STEPS, stepOf } from "./world-home.js";

/** As much of openworkflow as is used here; it is there once the packages for development are installed. */
interface OpenWorkflow {
  readonly OpenWorkflow: new (options: { backend: Backend }) => {
    defineWorkflow(spec: { name: string }, run: (given: { step: Step }) => Promise<number>): { run(input: object): Promise<{ workflowRun: { id: string } }> };
    newWorker(options: { concurrency: number }): { tick(): Promise<number>; stop(): Promise<void> };
  };
}
interface Step {
  run(options: { name: string }, work: () => Promise<number>): Promise<number>;
}
interface Backend {
  getWorkflowRun(request: { workflowRunId: string }): Promise<{ status: string } | null>;
  stop(): Promise<void>;
}
interface SqliteBackends {
  readonly BackendSqlite: { connect(path: string): Backend };
}

const [PACKAGE, BACKENDS]: readonly [string, string] = ["openworkflow", "openworkflow/sqlite"];

export interface Peer {
  readonly name: string;
  /** Runs so many workflows to their end. */
  run(workflows: number): Promise<void>;
  close(): Promise<void>;
}

/** `concurrency`: workflows at once. Its worker is asked for the next round at once, where it would wait for its poll by itself. */
export async function peer(concurrency: number): Promise<Peer> {
  provideNodeSqlite();
  const { OpenWorkflow } = (await import(PACKAGE)) as OpenWorkflow;
  const { BackendSqlite } = (await import(BACKENDS)) as SqliteBackends;
  const folder = mkdtempSync(join(tmpdir(), "ouro-bench-"));
  const backend = BackendSqlite.connect(join(folder, "openworkflow.db"));
  const client = new OpenWorkflow({ backend });
  const workflow = client.defineWorkflow({ name: "steps" }, async ({ step }) => {
    let number = 0;
    for (let count = 0; count < STEPS; count++) number = await step.run({ name: `step ${count}` }, async () => stepOf(number));
    return number;
  });
  const worker = client.newWorker({ concurrency });
  const isDone = async (workflowRunId: string): Promise<boolean> => (await backend.getWorkflowRun({ workflowRunId }))?.status === "completed";
  return {
    name: "openworkflow",
    async run(workflows) {
      const waiting = new Set((await Promise.all(Array.from({ length: workflows }, () => workflow.run({})))).map((handle) => handle.workflowRun.id));
      while (waiting.size > 0) {
        if ((await worker.tick()) === 0) await new Promise((resolve) => setImmediate(resolve));
        const [oldest] = waiting;
        if (oldest !== undefined && (await isDone(oldest))) waiting.delete(oldest);
      }
    },
    async close() {
      await worker.stop();
      await backend.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
