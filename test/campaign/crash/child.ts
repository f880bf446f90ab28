// The process that the campaign kills: opens the home, takes its plan's inputs, and does what is left to do.
import { writeSync } from "node:fs";
import { WorldError } from "../../../epigenome/index.js";
import type { Turn } from "../../../ports/baseband/index.js";
import { PortError } from "../../../ports/port.js";
import { watchDoors } from "./doors.js";
import { plant } from "./faults.js";
import type { Plan } from "./plan.js";
import { openCampaignWorld, type CampaignWorld, commitOf, type Way } from "./world.js";
import { campaignGenome } from "./genome.js";

const plan = JSON.parse(process.argv[2] ?? "") as Plan;
const points = new Set<string>();
let left = plan.kill?.occurrence ?? 0;

/** One line to the campaign, which has it even if the process dies at once. */
function tell(...words: readonly string[]): void {
  writeSync(1, `${words.join("\t")}\n`);
}

function reach(point: string): void {
  points.add(point);
  const { kill } = plan;
  if (kill !== undefined && (kill.point === undefined || kill.point === point) && --left === 0) {
    tell("killed", point);
    process.kill(process.pid, "SIGKILL");
  }
}

const way: Way = {
  perform: async (demand) => {
    // From here on the outside may have it, whatever becomes of this process.
    tell("asked", demand.act, demand.label, demand.key);
    reach(`request ${demand.act}`);
    const count = Number(await ask("perform", demand));
    reach(`response ${demand.act}`);
    return count;
  },
  check: async (demand) => {
    const answer = await ask("check", demand);
    reach(`checked ${demand.act}`);
    return answer === "" ? undefined : Number(answer);
  },
};

async function ask(how: string, demand: { act: string; label: string; key: string }): Promise<string> {
  return (await fetch(`${plan.url}/${how}?${new URLSearchParams(demand)}`)).text();
}

watchDoors(plan.home, reach);
if (plan.fault !== undefined) plant(plan.fault);
const opened = open();
reach("opened");
for (const id of plan.done) if (opened.world.commitBody(id) === undefined) tell("failed", `the outcome of ${id} was told, and is not there`);
attend(opened);
for (const step of plan.steps) take(opened, step);
if (plan.inputs.length > 0) comeLate(opened.baseband);
await Promise.all([...plan.inputs.map((input) => accept(opened, input)), ...plan.messages.map((id) => receive(opened, id))]);
// Speaking makes the conversation look at its queue.
const spoken = opened.terminal.send("hello").catch((error: unknown) => String(error));
await settled(opened);
await spoken;
await opened.close();
reach("closed");
tell("points", JSON.stringify([...points]));

function open(): CampaignWorld {
  try {
    return openCampaignWorld(plan.home, way);
  } catch (error) {
    tell(error instanceof WorldError && error.code === "home-busy" ? "busy" : "failed", String(error));
    process.exit(4);
  }
}

/** Reports what is durable. */
function attend({ world }: CampaignWorld): void {
  world.on("failed", (error: unknown) => {
    tell("failed", String(error));
    process.exit(3);
  });
  world.on("outcome", ({ id, outcome }: { id: string; outcome: string }) => {
    tell("outcome", id, outcome);
    reach("outcome told");
  });
}

async function accept({ world }: CampaignWorld, { id, cell, kind, acts }: Plan["inputs"][number]): Promise<void> {
  await world.accept({ id, cell, kind, text: id, data: `(${acts.map((act) => `:${act}`).join(" ")})` });
  tell("accepted", id);
  reach("acceptance told");
}

async function receive({ world, baseband }: CampaignWorld, id: string): Promise<void> {
  baseband.accept({ platform: "wire", account: "campaign", channel: "room", id, sender: "someone", body: { text: id }, received: 1 });
  await world.durable();
  tell("message", id);
  reach("message told");
}

/** What a person does by hand meanwhile. */
function take({ world, vault }: CampaignWorld, step: Plan["steps"][number]): void {
  if (step === "adopt") world.adopt(commitOf(2), campaignGenome(2));
  if (step === "return") world.adopt(commitOf(1), campaignGenome(1));
  if (step === "patch") world.patch("(genome turn count)", "next", "(define (next n) (+ n 7))");
  if (step === "unpatch" && world.patches().length > 0) world.unpatch("(genome turn count)", "next");
  if (step === "note") world.note("(campaign)");
  if (step === "put") vault.put("secret", "s3cret", ["https://example.org"]);
  if (step === "rotate") vault.rotate();
  if (step === "key") world.rotateKey();
}

/** A worker whose lease has run out must not end a turn that another one has by now. */
function comeLate({ accept, queue }: CampaignWorld["baseband"]): void {
  const id = `late-${plan.inputs[0]?.id}`;
  accept({ platform: "wire", account: "campaign", channel: "room", thread: id, id, sender: "someone", body: { text: id }, received: 1 });
  let isOffered = false;
  const lease = (worker: string, nowMs: number, leaseMs: number): Turn | undefined => queue.lease({
    worker, nowMs, leaseMs,
    choose: (turns) => {
      const found = turns.find(({ envelope }) => envelope.id === id);
      isOffered = found !== undefined;
      return found ?? (turns[0] as Turn);
    },
  });
  // Where the limits leave it no room now, another is leased, which the host takes up again when that lease is over.
  const first = lease("first", 1, 1);
  if (first === undefined || !isOffered) return;
  const second = lease("second", 10, 1_000);
  if (second === undefined || !isOffered) return;
  try {
    queue.complete(first, 11, { state: "done", answer: "too late" });
    tell("failed", "a worker whose lease had run out ended the turn of another");
  } catch (error) {
    if (!(error instanceof PortError) || error.code !== "baseband-lease-lost") throw error;
    queue.complete(second, 11, { state: "done" });
  }
}

/** What a person does who looks in: answers what waits, stops what runs for ever, releases what is quarantined. */
function tend(world: CampaignWorld["world"]): void {
  for (const { id } of world.approvals()) world.resolve(id, true, "someone");
  for (const { cell, input } of world.status().turns) if (input.includes("forever")) world.stop(cell, "long enough");
  for (const { cell, quarantine } of world.cells()) if (quarantine !== undefined) world.release(cell, "someone");
}

async function settled({ world, baseband }: CampaignWorld): Promise<void> {
  const { storage } = baseband;
  const timers = () => Number(world.tables.all("SELECT count(*) AS count FROM world_timers")[0]?.["count"]);
  const isBusy = () => world.status().backlog + timers() + storage.countTurns(["queued", "leased", "running", "waiting"]) + storage.outgoing(["pending", "sending"]).length > 0;
  while (isBusy()) {
    tend(world);
    // Late enough for whatever was to be sent again.
    await baseband.outbox.deliver(Date.now() + 86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
