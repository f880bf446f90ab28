// The nREPL server: editors connect over loopback, speak bencode, and evaluate in sessions that share definitions.
import { randomUUID } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import type { EditorServer, EditorServerOptions } from "../frontend.js";
import { type Bencoded, BencodeError, Decoder, encode } from "./bencode.js";
import { EditorSession } from "./editor-session.js";
import { FieldError, Message, type Reply, type Transport } from "./message.js";
import { OPERATIONS, type Sessions } from "./operations.js";
import { removePortFile, writePortFile } from "./port-file.js";

const LOOPBACK = "127.0.0.1";
const MOST_SOCKETS = 64;
const MOST_SESSIONS = 256;
/** Bytes of replies that a socket may hold back before evaluations for it wait. */
const ENOUGH_HELD_BACK = 1024 * 1024;
/** Beyond this, who sends but never reads is hung up on. */
const MOST_HELD_BACK = 64 * 1024 * 1024;

/** Listens on 127.0.0.1 and nowhere else, and writes the port where editors look for it. Errors: `port-unusable`. */
export async function startServer(options: EditorServerOptions): Promise<EditorServer> {
  const sessions = new SessionTable(options);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, sessions);
  });
  server.maxConnections = MOST_SOCKETS;
  const port = await listen(server, options.port);
  const file = writePortFile(options.folder, port);
  return {
    port,
    async close() {
      removePortFile(file, port);
      sessions.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The failures that a person can do something about. */
export class EditorServerError extends Error {
  override readonly name = "EditorServerError";
  readonly code = "port-unusable";
  readonly hint = "Choose another port with --port, or 0 for any that is free.";
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new EditorServerError(`port ${port} cannot be listened on: ${error.message}`)));
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** All sessions of the server. They outlive their sockets, as editors reconnect; the oldest idle one gives way when there are too many. */
class SessionTable implements Sessions {
  readonly version: string;
  private readonly sessions = new Map<string, EditorSession>();

  constructor(private readonly options: EditorServerOptions) {
    this.version = options.version;
  }

  get ids(): readonly string[] {
    return [...this.sessions.keys()];
  }

  create(): EditorSession | undefined {
    if (this.sessions.size >= MOST_SESSIONS) {
      const idle = [...this.sessions.values()].find((session) => session.isIdle);
      if (idle === undefined) return undefined;
      this.sessions.delete(idle.id);
    }
    const made = new EditorSession(randomUUID(), this.options.session);
    this.sessions.set(made.id, made);
    return made;
  }

  find(id: string): EditorSession | undefined {
    return this.sessions.get(id);
  }

  remove(id: string): void {
    this.sessions.get(id)?.close();
    this.sessions.delete(id);
  }

  /** What was asked for by a socket that is gone is given up. */
  abandon(isGone: (message: Message) => boolean): void {
    for (const session of this.sessions.values()) session.abandon(isGone);
  }

  close(): void {
    for (const id of this.ids) this.remove(id);
  }
}

function serve(socket: Socket, sessions: SessionTable): void {
  const decoder = new Decoder();
  const transport = new SocketTransport(socket);
  // Messages that name no session share one, made when it is first needed.
  let own: EditorSession | undefined;
  const sessionOf = (message: Message): EditorSession | undefined => {
    const id = message.optionalText("session");
    if (id !== undefined) return sessions.find(id);
    if (own === undefined || sessions.find(own.id) === undefined) own = sessions.create();
    return own;
  };
  socket.on("data", (chunk: Buffer) => {
    try {
      for (const value of decoder.feed(chunk)) void answer(value, transport, sessions, sessionOf);
    } catch (error) {
      if (!(error instanceof BencodeError)) throw error;
      transport.send({ status: ["error", "invalid-bencode", "done"], err: `${error.message}\n` });
      socket.end(() => socket.destroy());
      socket.removeAllListeners("data");
      socket.resume();
    }
  });
  // A connection that breaks is closed: what follows from it is done there.
  socket.on("error", () => socket.destroy());
  socket.once("close", () => sessions.abandon((message) => !message.isAnswerable));
}

async function answer(value: Bencoded, transport: Transport, sessions: SessionTable, sessionOf: (message: Message) => EditorSession | undefined): Promise<void> {
  const message = new Message(value instanceof Map ? value : new Map<string, Bencoded>(), transport);
  try {
    if (!(value instanceof Map)) throw new FieldError("a message is a dictionary");
    const name = message.text("op");
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) return message.done({ op: name.slice(0, 100) }, "error", "unknown-op");
    const editor = sessionOf(message);
    if (editor === undefined) return message.done({}, "error", "unknown-session");
    message.session = editor.id;
    await operation.run({ message, editor, sessions });
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    message.done({ err: `${error.message}\n` }, "error", "invalid-message");
  }
}

class SocketTransport implements Transport {
  constructor(private readonly socket: Socket) {}

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  send(reply: Reply): void {
    if (!this.isOpen || this.socket.writableEnded) return;
    this.socket.write(encode(reply));
    if (this.socket.writableLength > MOST_HELD_BACK) this.socket.destroy();
  }

  drained(): Promise<void> | undefined {
    if (!this.isOpen || this.socket.writableLength < ENOUGH_HELD_BACK) return undefined;
    return new Promise((resolve) => {
      const go = () => {
        this.socket.off("drain", go);
        this.socket.off("close", go);
        resolve();
      };
      this.socket.on("drain", go);
      this.socket.on("close", go);
    });
  }
}
