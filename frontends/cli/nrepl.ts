// `ouro nrepl`: lets editors evaluate in the agent's Lisp, over loopback.
import type { Program, Session, Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro nrepl [--port N] [--bare]

Serves the nREPL protocol on 127.0.0.1 until Ctrl-C, and writes the port to .nrepl-port in this folder, where
editors (CIDER, Calva, Conjure and others) look for it. Whoever may connect on this machine may do what you may.
In the REPL, ,nrepl starts the same beside it.
  --port N   the port (any that is free)
  --bare     the language alone: no home, no agent, no ports`;

export const nrepl: Verb = {
  summary: "serve editors over nREPL, on loopback",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { port: "number", bare: "switch" }, 0);
    const port = options.number("port") ?? 0;
    if (options.has("bare")) return serve(await program.bareSession({}), port, program);
    const host = await program.agent();
    try {
      return await serve(host.session(), port, program);
    } finally {
      await host.close();
    }
  },
};

async function serve(session: Session, port: number, program: Program): Promise<number> {
  const server = await program.editorServer({ session, port, folder: process.cwd(), version: program.version });
  // The sentence that editors wait for when they start a server themselves.
  program.output.write(`nREPL server started on port ${server.port} on host 127.0.0.1 - nrepl://127.0.0.1:${server.port}\n`);
  await new Promise<void>((resolve) => (program.signal.aborted ? resolve() : program.signal.addEventListener("abort", () => resolve(), { once: true })));
  await server.close();
  return 0;
}
