// The process that the campaign over channels kills: an agent on all of them, which dies where its plan says.
import { writeSync } from "node:fs";
import type { ChannelFrontend } from "../../../frontends/channel.js";
import type { OwnHost } from "../../../frontends/frontend.js";
import { openHost } from "../../../frontends/host.js";
import { watchDoors } from "../crash/doors.js";
import { doorOf, withFault } from "./faults.js";
import { campaignGenome } from "./genome.js";
import { FRONTENDS, type Plan } from "./plan.js";

const plan = JSON.parse(process.argv[2] ?? "") as Plan;
let left = plan.kill?.occurrence ?? 0;
let reached = 0;

/** One line to the campaign, which has it even if the process dies at once. */
function tell(...words: readonly (string | number)[]): void {
  writeSync(1, `${words.join("\t")}\n`);
}

function reach(point: string): void {
  const { kill } = plan;
  reached++;
  if (kill === undefined || (kill.point !== undefined && kill.point !== point) || --left > 0) return;
  tell("killed", point);
  process.kill(process.pid, "SIGKILL");
}

/** Its doors are points too: what comes in before and after it is durable, what goes out before and after the platform has it. */
function watched(frontend: ChannelFrontend): ChannelFrontend {
  return {
    ...frontend,
    run: (gateway, signal) => frontend.run({
      ...gateway,
      accept: async (arrival, evidence) => {
        reach("before acceptance");
        const acceptance = await gateway.accept(arrival, evidence);
        reach("after acceptance");
        return acceptance;
      },
      attach: (door) => gateway.attach({
        ...doorOf(door),
        send: async (part, abort) => {
          reach("before sending");
          const message = await door.send(part, abort);
          reach("after sending");
          return message;
        },
      }),
    }, signal),
  };
}

/** What a person does who looks in, and what the campaign waits for. */
async function look(host: OwnHost): Promise<void> {
  for (const { cell, quarantine } of await host.desk.cells({})) {
    if (quarantine === undefined) continue;
    tell("held", cell);
    await host.desk.release({ cell });
  }
  const queue = await host.desk.queue();
  const open = queue.in.filter(({ state }) => state !== "failed" && state !== "dead").length + queue.out.filter(({ state }) => state === "pending" || state === "sending").length;
  const { channels } = await host.status();
  tell("open", open, reached, channels.filter(({ state }) => state === "connected").length);
}

watchDoors(plan.home, reach);
const platforms = Object.fromEntries(Object.entries(FRONTENDS).map(([name, frontend]) => [name, async () => withFault(watched(frontend), plan.fault)]));
const host = await openHost(plan.home, campaignGenome(), { channels: true, platforms });
tell("ready");
const leaving = new Promise<"leave">((resolve) => process.once("SIGTERM", () => resolve("leave")));
while ((await Promise.race([leaving, new Promise((resolve) => setTimeout(resolve, 20))])) !== "leave") await look(host);
await host.drain(30_000);
await host.close();
tell("closed");
