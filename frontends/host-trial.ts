// The hidden verb `trial`: our own entry point as the child that runs candidate genomes. Loads the interpreter and little else.
import { serveTrial } from "../epigenome/trial.js";

/** Serves trials on the standard streams until the parent closes them; the exit status. */
export async function serveTrialProcess(): Promise<number> {
  await serveTrial(process.stdin, process.stdout);
  return 0;
}
