// A home of a tiny genome, open and served, and plain ways to ask it: by HTTP and by its socket.
import { mkdtempSync, readFileSync } from "node:fs";
import { request, type RequestOptions } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Control, serveControl } from "../../../frontends/control/index.js";
import { openHost, type OpenHost } from "../../../frontends/host.js";
import { tinyPackage } from "../tiny-genome.js";

export interface Asked {
  readonly method?: string;
  readonly path: string;
  /** Absent: the home's own. Empty: none. */
  readonly token?: string;
  readonly host?: string;
  readonly body?: string;
  readonly bySocket?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

export interface Served {
  readonly host: OpenHost;
  readonly control: Control;
  readonly home: string;
  readonly logged: { readonly level: string; readonly details: Readonly<Record<string, unknown>>; readonly message: string }[];
  ask(asked: Asked): Promise<Answered>;
  close(): Promise<void>;
}

export async function serve(home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home")): Promise<Served> {
  const host = await openHost(home, tinyPackage());
  const logged: Served["logged"] = [];
  const control = await serveControl({
    version: "1.2.3", host, httpPort: 0,
    log: (level, details, message) => void logged.push({ level, details, message }),
  });
  const own = readFileSync(join(home, "control.token"), "utf8").trim();
  const { port } = new URL(control.httpAddress ?? "");
  const ask = ({ method = "GET", path, token = own, host: name, body, bySocket = false }: Asked) => answered({
    ...(bySocket ? { socketPath: join(home, "control.sock") } : { host: "127.0.0.1", port }), method, path,
    headers: { host: name ?? `127.0.0.1:${port}`, ...(token === "" ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
  }, body);
  return { host, control, home, logged, ask, close: async () => (await control.close(), host.close()) };
}

function answered(options: RequestOptions, body?: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text, type: response.headers["content-type"] ?? "" })).once("error", reject);
    });
    asked.once("error", reject).end(body);
  });
}
