// A real Mosquitto on the loopback, with a password file, an ACL and TLS, made for a test and ended with it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const PASSWORDS: Readonly<Record<string, string>> = { agent: "agents-own", deaf: "deaf-agents", mute: "mute-agents", watcher: "watchers-own", ada: "adas-own", bob: "bobs-own", eve: "eves-own" };

/** As the README of the frontend has it; `deaf` and `mute` are agents whose rights somebody forgot. */
const ACL = `
user agent
topic readwrite ouro/ouro/#
topic readwrite ouro/fresh/#
topic write answers/#

user deaf
topic write ouro/ouro/#

user mute
topic read ouro/ouro/#
topic write ouro/ouro/in/#
topic write ouro/ouro/rooms/#

user watcher
topic read ouro/#
topic read answers/#

pattern write ouro/ouro/in/%u/#
pattern write ouro/ouro/rooms/+/in/%u/#
pattern write ouro/fresh/in/%u/#
pattern read ouro/ouro/out/%u/#
pattern read ouro/ouro/rooms/+/out/#
pattern read ouro/ouro/status
pattern read answers/%u/#
`;

const PLACES = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto", "/opt/homebrew/sbin/mosquitto"];

export class Mosquitto {
  private constructor(private readonly child: ChildProcess, readonly port: number, readonly tlsPort: number, readonly certificate: Certificate) {}

  static async open(): Promise<Mosquitto> {
    const program = PLACES.find((path) => existsSync(path));
    if (program === undefined) throw new Error("these tests need the broker Mosquitto: apt-get install mosquitto");
    const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
    const certificate = makeCertificate(folder);
    writeFileSync(join(folder, "acl"), ACL, { mode: 0o600 });
    writeFileSync(join(folder, "passwords"), Object.entries(PASSWORDS).map(([user, password]) => `${user}:${hashed(password)}\n`).join(""), { mode: 0o600 });
    for (;;) {
      const [port, tlsPort] = [await freePort(), await freePort()];
      writeFileSync(join(folder, "mosquitto.conf"), configuration(folder, port, tlsPort));
      const child = spawn(program, ["-c", join(folder, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"], env: {} });
      // Somebody else may have taken a port meanwhile.
      if (await isRunning(child)) return new Mosquitto(child, port, tlsPort, certificate);
    }
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get tlsUrl(): string {
    return `mqtts://127.0.0.1:${this.tlsPort}`;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
  }
}

export interface Certificate {
  readonly file: string;
  readonly pem: Buffer;
  readonly key: Buffer;
}

/** Signed by itself, so that it is its own authority. */
export function makeCertificate(folder: string): Certificate {
  const [key, file] = [join(folder, "server.key"), join(folder, "server.crt")];
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=broker of a test",
    "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", file,
  ], { stdio: "ignore" });
  return { file, pem: readFileSync(file), key: readFileSync(key) };
}

function configuration(folder: string, port: number, tlsPort: number): string {
  return `
user ${process.getuid?.() === 0 ? "root" : "mosquitto"}
log_dest stderr
log_type error
log_type warning
log_type notice
log_type information
persistence false
sys_interval 0
set_tcp_nodelay true
allow_anonymous false
password_file ${join(folder, "passwords")}
acl_file ${join(folder, "acl")}
max_queued_messages 0
listener ${port} 127.0.0.1
listener ${tlsPort} 127.0.0.1
certfile ${join(folder, "server.crt")}
keyfile ${join(folder, "server.key")}
`;
}

/** As mosquitto_passwd writes it. */
function hashed(password: string): string {
  const salt = randomBytes(12);
  return `$7$101$${salt.toString("base64")}$${pbkdf2Sync(password, salt, 101, 64, "sha512").toString("base64")}`;
}

function isRunning(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve(false));
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => {
      if (line.endsWith(" running")) resolve(true);
    });
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
