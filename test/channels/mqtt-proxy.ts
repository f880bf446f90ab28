// Stands between the agent and the broker, with TLS towards the agent: it cuts connections, spoils answers, and sees what is acknowledged.
import { connect, type Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { generate, type IPublishPacket, type Packet, parser } from "mqtt-packet";
import type { Certificate } from "./mosquitto.js";
import type { Fault } from "./peer.js";

export interface ProxyEvents {
  /** The broker brought a packet to the agent; `acknowledged` once the agent has said so. */
  brought(packet: IPublishPacket): void;
  acknowledged(packet: IPublishPacket): void;
}

/** Codes of PUBACK: OASIS MQTT 5.0, 3.4.2.1. */
const CODES = { "rate-limit": 0x97, "server-error": 0x83, refusal: 0x87 } as const;

export class MqttProxy {
  readonly faults: Fault[] = [];
  /** What the broker refused. */
  readonly complaints: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly agents = new Set<Socket>();
  private isCut = false;

  private constructor(private readonly server: Server, readonly port: number, private readonly brokerPort: number, private readonly events: ProxyEvents) {}

  /** `isSpoiled` tells what faults are about, by topic. */
  static async open(brokerPort: number, { pem, key }: Certificate, events: ProxyEvents, isSpoiled: (topic: string) => boolean): Promise<MqttProxy> {
    const server = createServer({ cert: pem, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new MqttProxy(server, (server.address() as { port: number }).port, brokerPort, events);
    server.on("secureConnection", (agent) => proxy.serve(agent, isSpoiled));
    server.on("tlsClientError", () => {});
    return proxy;
  }

  /** Breaks all connections, and takes none for so long. */
  cut(milliseconds: number): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
    setTimeout(() => (this.isCut = false), milliseconds);
  }

  /** Ends the connections as a broker of version 5 does that gives a reason. */
  dismiss(reasonCode: number): void {
    for (const agent of this.agents) agent.end(generate({ cmd: "disconnect", reasonCode }, { protocolVersion: 5 }));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serve(agent: TLSSocket, isSpoiled: (topic: string) => boolean): void {
    if (this.isCut) return void agent.destroy();
    const broker = connect(this.brokerPort, "127.0.0.1");
    for (const socket of [agent, broker]) socket.setNoDelay(true);
    this.agents.add(agent);
    agent.once("close", () => this.agents.delete(agent));
    for (const [one, other] of [[agent, broker], [broker, agent]] as const) {
      this.sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        // What the one has still said is heard.
        other.destroySoon();
      });
    }
    const open = new Map<number, IPublishPacket>();
    /** Publishes of which the agent does not get the answer. */
    const unanswered = new Set<number>();
    let version = 5;
    packets(agent, () => version, (packet) => {
      if (packet.cmd === "connect") version = packet.protocolVersion ?? 5;
      if (packet.cmd === "puback" && open.has(packet.messageId ?? 0)) this.events.acknowledged(open.get(packet.messageId ?? 0) as IPublishPacket);
      const fault = packet.cmd === "publish" && isSpoiled(packet.topic) ? this.takeFault() : undefined;
      if (fault !== undefined && fault.kind in CODES) {
        agent.write(generate({ cmd: "puback", messageId: packet.messageId, reasonCode: CODES[fault.kind as keyof typeof CODES] } as Packet, { protocolVersion: version }));
        return;
      }
      if (fault?.kind === "lost-answer") unanswered.add(packet.messageId ?? 0);
      const pass = (): unknown => broker.writable && broker.write(generate(packet, { protocolVersion: version }));
      if (fault?.kind === "slow") setTimeout(pass, fault.milliseconds);
      else pass();
    });
    packets(broker, () => version, (packet) => {
      if (packet.cmd === "publish") {
        open.set(packet.messageId ?? 0, packet);
        this.events.brought(packet);
      }
      if (packet.cmd === "puback" && (packet.reasonCode ?? 0) >= 128) this.complaints.push(`a publish was refused with code ${packet.reasonCode}`);
      if (packet.cmd === "puback" && unanswered.delete(packet.messageId ?? 0)) agent.destroy();
      else if (agent.writable) agent.write(generate(packet, { protocolVersion: version }));
    });
  }

  private takeFault(): Fault | undefined {
    const [fault, ...rest] = this.faults;
    if (fault === undefined) return undefined;
    const left = (fault.times ?? 1) - 1;
    this.faults.splice(0, this.faults.length, ...(left > 0 ? [{ ...fault, times: left }] : []), ...rest);
    return fault;
  }
}

function packets(socket: Socket, version: () => number, hear: (packet: Packet) => void): void {
  const parse = parser();
  parse.on("packet", hear);
  parse.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    (parse as unknown as { settings: object }).settings = { protocolVersion: version() };
    parse.parse(chunk);
  });
}
