// A home that is open to others: the host, its log, and the control API that reaches its desk.
import { serveControl } from "./control/index.js";
import type { LiveEvent, OpenOptions } from "./frontend.js";
import { openHost, type OpenHost } from "./host.js";
import { type Log, openLog } from "./host-log.js";
import { patiently } from "./host-rest.js";

/** How long another process that only looks at the home may keep it. */
const PATIENCE_MS = 1_000;

/** Opens the home and serves its desk until it is closed. Errors: those of openHost, and `port-unusable`. */
export async function openServed(home: string, version: string, options: OpenOptions = {}): Promise<OpenHost> {
  const host = await patiently(() => openHost(home, undefined, options), PATIENCE_MS);
  const log = openLog(home, (text) => host.redact(text));
  const unwatch = host.watch((event) => note(event, log));
  const close = host.close.bind(host);
  try {
    const control = await serveControl({ version, log, host, httpPort: options.httpPort });
    return Object.assign(host, { httpAddress: control.httpAddress, close: async () => (unwatch(), await control.close(), await close()) });
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is worth a line: turns that were not done, cells that were quarantined, effects that failed, and the end of the world. */
function note(event: LiveEvent, log: Log): void {
  if (event.kind === "failed") log("error", event, "the world failed");
  else if (event.kind === "quarantined") log("error", event, "a cell was quarantined");
  else if (event.kind === "outcome" && event["outcome"] !== "done") log("warn", event, "a turn was not done");
  else if (event.kind === "receipt" && event["outcome"] !== "done") log("warn", event, "an effect failed");
}
