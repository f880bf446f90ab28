// The channels of an open home: each frontend is loaded, given its gateway, watched, and started again alone when it fails.
import type { World } from "../epigenome/index.js";
import { channelName, type Baseband, type Outgoing, type Part, type Platform } from "../ports/baseband/index.js";
import { PortError } from "../ports/port.js";
import type { StoreStorage } from "../ports/store/index.js";
import type { Vault } from "../ports/vault/index.js";
import { type ArrivingFile, type ChannelArrival, type ChannelDesk, type ChannelEntries, ChannelError, type ChannelFrontend, type ChannelReport, type ChannelSettings, type Door, type Gateway, type KeptFile, type OutgoingPart } from "./channel.js";
import { Arrivals, type Finder } from "./host-arrival.js";
import type { Conversations } from "./host-conversation.js";
import { expected, HostError } from "./host-error.js";
import type { Log } from "./host-log.js";
import { mediaOf } from "./host-media.js";
import { platformOf, type Platforms } from "./host-platforms.js";
import { Progress } from "./host-progress.js";
import { listsOf, type QueueDesk } from "./host-queue.js";
import { type ChannelConfig, checkedSettings, readChannels, secretName, secretOrigin, writeChannels } from "./host-settings.js";
import { sleep } from "./sleep.js";
import { bearing, type Context, present, unborne, within } from "./stray.js";

export interface ChannelsOptions {
  readonly home: string;
  readonly world: World;
  readonly vault: Vault;
  readonly baseband: Baseband;
  readonly conversations: Conversations;
  readonly store: Pick<StoreStorage, "saveArrived" | "loadBlob">;
  readonly platforms: Platforms;
  readonly log: Log;
}

/** A frontend that ran this long before it failed is started again soon, however often it had failed before. */
const STEADY_MS = 300_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** How long a platform may take to answer for one message. */
const SEND_MS = 60_000;
/** How long a frontend may take to leave its platform. */
const LEAVING_MS = 5_000;
const CHECK_MS = 30_000;
const STRAY = "channel-stray-error";

export class Channels {
  private readonly running = new Map<string, Channel>();
  private readonly arrivals: Arrivals;
  private readonly progress: Progress;
  private areOn = false;

  constructor(private readonly options: ChannelsOptions) {
    const { world, baseband, conversations, store, log } = options;
    options.world.tables.execute("CREATE TABLE IF NOT EXISTS host_channel_notes (platform TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (platform, name)) STRICT, WITHOUT ROWID");
    this.arrivals = new Arrivals({ world, baseband, conversations, store, media: () => mediaOf(world, log), failed: (error) => log("error", { error: String(error) }, "the files of a message failed") });
    this.progress = new Progress(world, conversations);
  }

  /** Starts all that are configured. */
  start(): void {
    this.areOn = true;
    for (const [platform, config] of Object.entries(readChannels(this.options.home).channels)) this.begin(platform, config);
  }

  /** Ends them and starts them again. Answers their names. */
  async restart(): Promise<readonly string[]> {
    if (!this.areOn) return [];
    await this.end();
    this.start();
    return [...this.running.keys()];
  }

  /** From now on nothing is taken on: platforms bring it again later. */
  refuse(): void {
    for (const channel of this.running.values()) channel.isOpen = false;
  }

  /** Ends them for good. */
  async close(): Promise<void> {
    this.progress.close();
    this.arrivals.close();
    await this.end();
  }

  /** Resolves when all frontends have left their platforms. */
  private async end(): Promise<void> {
    this.areOn = false;
    const ending = [...this.running.values()];
    this.running.clear();
    await Promise.all(ending.map((channel) => channel.end()));
  }

  reports(): ChannelReport[] {
    return Object.keys(readChannels(this.options.home).channels).map((platform) =>
      this.running.get(platform)?.report ?? { platform, state: "off", detail: "", restarts: 0 });
  }

  /** What a person asks of channels as such. */
  desk(lists: QueueDesk): Pick<ChannelDesk, "channels" | "configure" | "forget"> {
    const { home, baseband: { storage } } = this.options;
    return {
      channels: async () => ({
        channels: this.reports(), ...listsOf(storage), refusals: storage.countRefused(),
        refused: storage.refused().map(({ platform, account, channel, thread, sender, code, lastMs, count }) => ({ platform, account, channel, thread, sender, code, lastMs, count })),
      }),
      configure: async (entries) => this.configure(entries, lists),
      forget: async ({ platform }) => {
        const file = readChannels(home);
        const { [platform]: gone, ...channels } = file.channels;
        if (gone === undefined) return { forgotten: false };
        writeChannels(home, { ...file, channels });
        for (const secret of Object.values(gone.secrets)) this.options.vault.delete(secret.slice("secret:".length));
        await this.running.get(platform)?.end();
        this.running.delete(platform);
        return { forgotten: true };
      },
    };
  }

  private async configure({ platform, settings, secrets, operators, channels }: ChannelEntries, lists: QueueDesk) {
    const { home, vault } = this.options;
    const frontend = await platformOf(this.options.platforms, platform);
    const file = readChannels(home);
    const before = file.channels[platform];
    const checked = checkedSettings(frontend, { ...settings, ...secrets }, (secret) => before?.secrets[secret] !== undefined);
    const entered: ChannelSettings = { settings: checked, secret: async (name) => secrets[name] || this.secret(platform, before, name) };
    const account = await bearing(() => frontend.check(entered, AbortSignal.timeout(CHECK_MS)), (error) => strayed(this.options.log, platform, error));
    const references = { ...before?.secrets };
    for (const [name, secret] of Object.entries(secrets)) {
      if (secret === "") continue;
      vault.put(secretName(platform, name), secret, [secretOrigin(platform)]);
      references[name] = `secret:${secretName(platform, name)}`;
    }
    const config: ChannelConfig = { settings: checked, secrets: references };
    writeChannels(home, { ...file, channels: { ...file.channels, [platform]: config } });
    for (const sender of operators) await lists.allow({ platform, account: "*", sender, role: "operator", identity: `${platform} ${sender}` });
    for (const channel of channels) await lists.bind({ platform, account: "*", channel, thread: "" });
    await this.running.get(platform)?.end();
    if (this.areOn) this.begin(platform, config);
    return { platform, account };
  }

  private begin(platform: string, config: ChannelConfig): void {
    const { platforms, log, baseband, conversations, store } = this.options;
    const channel = new Channel(platform, () => platformOf(platforms, platform), log, (signal, running) => this.gateway(running, config, signal), () => conversations.delivery.soon(),
      (door, signal) => this.progress.through(platform, door, signal, baseband.attach(platformThrough(door, platform, signal, store, this.progress))));
    this.running.set(platform, channel);
    channel.start();
  }

  private gateway(channel: Channel, config: ChannelConfig, signal: AbortSignal): Gateway {
    const { platform } = channel;
    const { tables } = this.options.world;
    const inside = present();
    const settings = this.settingsOf(platform, channel.frontend, config);
    const find: Finder = async (kept) => within(inside, await inside(() => fileOf(channel.frontend, settings, kept)));
    return within(unborne, {
      ...settings,
      accept: async (arrival, evidence) => {
        if (!channel.isOpen || signal.aborted) throw new ChannelError("channel-closing", "the agent is leaving: bring it again later", { retryable: true });
        return this.arrivals.accept(platform, withFiles(arrival, inside), evidence, find);
      },
      attach: (door) => {
        const close = channel.open(within(inside, door), signal);
        this.arrivals.resume(platform, find);
        return close;
      },
      report: (state, detail = "") => channel.tell(state, detail),
      log: (level, event, details = {}) => this.options.log(level, { platform, ...details }, event),
      recall: (name) => {
        const row = tables.all("SELECT value FROM host_channel_notes WHERE platform = ? AND name = ?", platform, name)[0];
        return row === undefined ? undefined : String(row["value"]);
      },
      remember: (name, value) => void tables.run("INSERT OR REPLACE INTO host_channel_notes VALUES (?, ?, ?)", platform, name, value),
    });
  }

  private settingsOf(platform: string, frontend: ChannelFrontend | undefined, config: ChannelConfig): ChannelSettings {
    const defaults = Object.fromEntries((frontend?.settings ?? []).filter((setting) => setting.isSecret !== true && setting.default !== undefined).map((setting) => [setting.name, setting.default ?? ""]));
    return { settings: { ...defaults, ...config.settings }, secret: async (name) => this.secret(platform, config, name) };
  }

  private secret(platform: string, config: ChannelConfig | undefined, name: string): string | undefined {
    const reference = config?.secrets[name];
    return reference === undefined ? undefined : this.options.vault.resolve(reference, secretOrigin(platform));
  }
}

/** One platform: its frontend, started again after a while whenever it fails. */
class Channel {
  report: ChannelReport;
  isOpen = true;
  frontend: ChannelFrontend | undefined;
  private readonly leaving = new AbortController();
  private readonly doors = new Set<() => void>();
  private supervision: Promise<void> = Promise.resolve();

  constructor(
    readonly platform: string,
    private readonly load: () => Promise<ChannelFrontend>,
    private readonly log: Log,
    private readonly gateway: (signal: AbortSignal, channel: Channel) => Gateway,
    private readonly deliver: () => void,
    private readonly attach: (door: Door, signal: AbortSignal) => () => void,
  ) {
    this.report = { platform, state: "connecting", detail: "", restarts: 0 };
  }

  start(): void {
    this.supervision = this.supervise();
  }

  async end(): Promise<void> {
    this.isOpen = false;
    this.leaving.abort();
    await inTime(this.supervision);
    this.shut();
  }

  tell(state: ChannelReport["state"], detail: string): void {
    this.report = { ...this.report, state, detail };
  }

  /** Messages leave by this door from now on. */
  open(door: Door, signal: AbortSignal): () => void {
    const detach = this.attach(door, signal);
    const close = (): void => {
      if (this.doors.delete(close)) detach();
    };
    this.doors.add(close);
    this.deliver();
    return close;
  }

  private async supervise(): Promise<void> {
    const { signal } = this.leaving;
    for (let failures = 0; !signal.aborted;) {
      const began = performance.now();
      const error = await this.run();
      this.shut();
      if (signal.aborted) return;
      failures = performance.now() - began > STEADY_MS ? 1 : failures + 1;
      if (this.isFinal(error)) return;
      await sleep(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1)), signal);
      this.report = { ...this.report, restarts: this.report.restarts + 1 };
    }
  }

  /** One run of the frontend; what ended it. */
  private async run(): Promise<unknown> {
    const running = new AbortController();
    let [stop, served] = [(): void => running.abort(), Promise.resolve()];
    const leave = (): void => stop();
    this.leaving.signal.addEventListener("abort", leave, { once: true });
    try {
      this.tell("connecting", "");
      await bearing(() => {
        const inside = present();
        stop = () => inside(() => running.abort());
        return (served = this.serve(running.signal));
      }, (error) => strayed(this.log, this.platform, error));
      return new Error("it ended by itself");
    } catch (error) {
      return error;
    } finally {
      // What it left under way must not go on beside its successor.
      leave();
      this.leaving.signal.removeEventListener("abort", leave);
      await inTime(served);
    }
  }

  private async serve(signal: AbortSignal): Promise<void> {
    this.frontend = await this.load();
    await this.frontend.run(this.gateway(signal, this), signal);
  }

  /** What a person must mend first is not tried again. */
  private isFinal(error: unknown): boolean {
    const told = expected(error);
    const detail = told === undefined ? String(error) : `${told.message} [${told.code}]${told.hint === "" ? "" : ` ${told.hint}`}`;
    const isFinal = error instanceof HostError || ((error instanceof ChannelError || error instanceof PortError) && error.options.retryable !== true);
    this.tell(isFinal ? "failed" : "disconnected", detail);
    this.log(isFinal ? "error" : "warn", { platform: this.platform, error: detail }, "a channel failed");
    return isFinal;
  }

  private shut(): void {
    for (const close of this.doors) close();
  }
}

/** An error of a frontend's that nothing awaited: it is in the log with its stack, and ends the run like any that another try may mend. */
function strayed(log: Log, platform: string, error: unknown): ChannelError {
  log("error", { platform, code: STRAY, error: error instanceof Error ? error.stack ?? error.message : String(error) }, "an error strayed from a channel");
  return new ChannelError(STRAY, `its package failed where nothing awaits it: ${error instanceof Error ? error.message : String(error)}`, { retryable: true });
}

/** Errors: `channel-no-file`. */
async function fileOf(frontend: ChannelFrontend | undefined, settings: ChannelSettings, kept: KeptFile): Promise<ArrivingFile> {
  const file = await frontend?.file?.(settings, kept);
  if (file === undefined) throw new ChannelError("channel-no-file", "the platform does not keep files");
  return file;
}

/** Its files are read by the host, but on account of the channel. */
function withFiles(arrival: ChannelArrival, context: Context): ChannelArrival {
  return arrival.files === undefined ? arrival : { ...arrival, files: arrival.files.map((file) => within(context, file)) };
}

/** Waits for what is leaving, however it ends, as long as that may take. */
async function inTime(work: Promise<unknown>): Promise<void> {
  const waited = new AbortController();
  await Promise.race([work.catch(() => undefined), sleep(LEAVING_MS, waited.signal)]);
  waited.abort();
}

/** The door as the baseband has platforms. */
function platformThrough(door: Door, name: string, signal: AbortSignal, store: Pick<StoreStorage, "loadBlob">, progress: Progress): Platform {
  return {
    name,
    dropsRepeated: door.dropsRepeated,
    verify: (_envelope, evidence) => {
      const proof = evidence as { readonly arrival: ChannelArrival; readonly evidence: unknown };
      return door.verify === undefined || door.verify(proof.arrival, proof.evidence);
    },
    split: (row) => nonEmpty(door.split(textOf(row, door.hasButtons)), row.text),
    send: async (part) => {
      await progress.quiet(part);
      return translated(() => door.send(partOf(part, store), AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)])));
    },
  };
}

/** What buttons say can be typed where there are none. */
function textOf({ text, buttons }: Outgoing, hasButtons: boolean): string {
  return hasButtons || buttons.length === 0 ? text : `${text}\n${buttons.map(({ says }) => says).join(" or ")}`;
}

function nonEmpty(parts: readonly string[], text: string): readonly string[] {
  return parts.length === 0 ? [text] : parts;
}

function partOf(part: Part, store: Pick<StoreStorage, "loadBlob">): OutgoingPart {
  const { account, channel, thread, text, buttons, repliesTo, nonce } = part;
  const files = part.files.map(({ hash, name, type }) => {
    const bytes = store.loadBlob(hash);
    if (bytes === undefined) throw new PortError("baseband-no-file", `the file ${name} for ${channelName(part)} is not kept any more`);
    return { name, type, bytes };
  });
  return { account, channel, thread, text, buttons, files, nonce, isProgress: false, ...(repliesTo === "" ? {} : { repliesTo }) };
}

/** A refusal of the platform's as the baseband has refusals. */
async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    throw new PortError(error.code, error.message, error.options);
  }
}
