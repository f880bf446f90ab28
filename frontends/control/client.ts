// The client of the control API: the desk of the process that has a home open, over its socket.
import { request } from "node:http";
import { createConnection } from "node:net";
import { CommandError, type Desk } from "../frontend.js";
import { socketAddress } from "./address.js";
import { ControlError } from "./error.js";
import { pathParameters, type Route, ROUTES } from "./routes.js";
import { foundToken } from "./token.js";

export interface RemoteDesk extends Desk {
  close(): Promise<void>;
}

/** The desk of the home's owner; undefined if no process listens there. What a route refuses is thrown as it was told. */
export async function connect(home: string): Promise<RemoteDesk | undefined> {
  const address = socketAddress(home);
  if (!(await isListenedOn(address.path))) {
    address.release();
    return undefined;
  }
  const token = foundToken(home);
  const operations = Object.entries(ROUTES).map(([name, route]) =>
    [name, (parameters: Record<string, unknown> = {}) => ask(address.path, token, route, parameters)] as const);
  return { ...(Object.fromEntries(operations) as unknown as Desk), close: async () => address.release() };
}

/** Whether a process listens there. */
export function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    // A file without a listener was left by a process that died, or is closing.
    socket.once("error", (error: NodeJS.ErrnoException) => (["ENOENT", "ECONNREFUSED", "ECONNRESET", "ENOTDIR", "EINVAL"].includes(error.code ?? "") ? resolve(false) : reject(error)));
  });
}

function ask(socketPath: string, token: string, route: Route, parameters: Record<string, unknown>): Promise<unknown> {
  const inPath = pathParameters(route.path);
  const path = inPath.reduce((rest, name) => rest.replace(`{${name}}`, encodeURIComponent(String(parameters[name]))), route.path);
  const rest = Object.entries(parameters).filter(([name, value]) => !inPath.includes(name) && value !== undefined);
  const query = route.method === "GET" && rest.length > 0 ? `?${new URLSearchParams(Object.fromEntries(rest.map(([name, value]) => [name, String(value)])))}` : "";
  const body = route.method === "POST" ? JSON.stringify(Object.fromEntries(rest)) : undefined;
  return new Promise((resolve, reject) => {
    const gone = (error: Error) => reject(new ControlError("owner-gone", `the process that has the home open does not answer: ${error.message}`));
    const asked = request({ socketPath, method: route.method, path: path + query, headers: { host: "localhost", authorization: `Bearer ${token}`, connection: "close" } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part)).once("error", gone).once("end", () => {
        if (response.statusCode === 200) resolve(route.result === undefined ? text : JSON.parse(text));
        else reject(toldError(text));
      });
    });
    asked.once("error", gone).end(body);
  });
}

/** The error that a refusal tells of. */
export function toldError(text: string): Error {
  const { code, message, hint } = (JSON.parse(text) as { error: { code: string; message: string; hint: string } }).error;
  return new CommandError(code, message, hint);
}
