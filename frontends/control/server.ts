// The control API's servers: a Unix socket in the home and, when asked, HTTP on loopback; the token is asked on both.
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CommandError } from "../frontend.js";
import { socketAddress } from "./address.js";
import { Api, type ApiOptions } from "./api.js";
import { ownToken } from "./token.js";

/** How long requests under way may take before they are hung up on. */
const DRAIN_MS = 2_000;

export interface ControlOptions extends Omit<ApiOptions, "token"> {
  /** The port of 127.0.0.1, 0 for any; absent: no HTTP. */
  readonly httpPort?: number;
}

export interface Control {
  /** Such as http://127.0.0.1:4711. */
  readonly httpAddress?: string;
  /** Ends the streams, answers what is under way if that does not take long, and removes the socket. */
  close(): Promise<void>;
}

/** Serves the desk until it is closed. Errors: `port-unusable`. A socket that cannot be made is logged, and the home goes without. */
export async function serveControl(options: ControlOptions): Promise<Control> {
  const api = new Api({ ...options, token: ownToken(options.host.home) });
  const address = socketAddress(options.host.home);
  const socket = await listening(api, (server) => listenAt(address.path, server.on("upgrade", (request, wire) => api.attach(request, wire)))).catch((error: unknown) => options.log("warn", { error: String(error) }, "there is no control socket"));
  const open = socket === undefined ? [] : [socket];
  const close = async () => {
    api.close();
    await Promise.all(open.map(closed));
    address.release();
  };
  if (options.httpPort === undefined) return { close };
  try {
    const web = await listening(api, (server) => void server.listen(options.httpPort, "127.0.0.1"));
    open.push(web);
    return { close, httpAddress: `http://127.0.0.1:${(web.address() as AddressInfo).port}` };
  } catch (error) {
    await close();
    throw new CommandError("port-unusable", `port ${options.httpPort} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`, "Choose another port, or 0 for any that is free.");
  }
}

/** What lies there was left by a process that died: whoever holds the home's lock is its only owner. */
function listenAt(path: string, server: Server): void {
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  try {
    server.listen(path, () => chmodSync(path, 0o600));
  } finally {
    process.umask(mask);
  }
}

function listening(api: Api, listen: (server: Server) => void): Promise<Server> {
  const server = createServer((request, response) => void api.answer(request, response));
  return new Promise((resolve, reject) => {
    server.once("error", reject).once("listening", () => resolve(server.off("error", reject)));
    listen(server);
  });
}

/** Takes no more requests, and answers those under way if that does not take long. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => (clearTimeout(late), resolve()));
    server.closeIdleConnections();
  });
}
