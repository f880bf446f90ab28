// `ouro serve`: keeps the home open, for programs and people that reach it from outside.
import type { Program, Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro serve [--http PORT]

Keeps the home open until Ctrl-C or ouro down. Other commands reach it over control.sock in the home; so do programs, which find the
routes in GET /v1/openapi.json. Every request needs the header Authorization: Bearer TOKEN, with the token that stands
in the home's control.token.
  --http PORT   serve them over HTTP too, on 127.0.0.1 only (0 for any port that is free)`;

export const serve: Verb = {
  summary: "keep the home open, for what reaches it from outside",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { http: "number" }, 0);
    const host = await program.open({ httpPort: options.number("http") });
    try {
      program.output.write(`${host.home} is open${host.httpAddress === undefined ? "" : ` at ${host.httpAddress}`}\n`);
      await new Promise<void>((resolve) => (program.signal.aborted ? resolve() : program.signal.addEventListener("abort", () => resolve(), { once: true })));
      return 0;
    } finally {
      await host.close();
    }
  },
};
