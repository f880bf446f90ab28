// `ouro up`: the agent on all its configured channels, in the foreground, until it is told to leave.
import { type OwnHost, printable, type Program, type Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro up [--http PORT] [--drain SECONDS]

Opens the home and starts every channel that ouro setup has configured; a channel that fails is started again alone.
Ctrl-C, SIGTERM or ouro down end it in good order: nothing new is taken on, what is under way ends and leaves.
  --http PORT       serve the control API over HTTP too, on 127.0.0.1 only (0 for any port that is free)
  --drain SECONDS   how long what is under way may take to end (30); the rest goes on at the next start`;

const DRAIN_SECONDS = 30;

export const up: Verb = {
  summary: "start the agent on all its channels",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { http: "number", drain: "number" }, 0);
    const host = await program.open({ httpPort: options.number("http"), channels: true });
    const unwatch = host.watch((event) => void (event.kind === "failed" && program.errors.write(`${printable(String(event["error"]))}\n`)));
    try {
      await announce(host, program);
      await aborted(program.signal);
      program.output.write("Leaving: what is under way may end.\n");
      await host.drain((options.number("drain") ?? DRAIN_SECONDS) * 1_000);
      return 0;
    } finally {
      unwatch();
      await host.close();
    }
  },
};

async function announce(host: OwnHost, { output }: Program): Promise<void> {
  const { channels } = await host.status();
  const names = channels.map(({ platform }) => platform).join(", ");
  output.write(`${host.home} is up${host.httpAddress === undefined ? "" : ` at ${host.httpAddress}`}: ${names || "no channel is configured yet; ouro setup does that"}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}
