// The process that the ladder kills: climbs a rung in a home, and dies when it reaches a point so many times.
import { climb, openRung } from "./climb.js";
import type { Rung } from "./rung.js";

const [home = "", rungText = "", point = "", occurrence = ""] = process.argv.slice(2);
const rung = JSON.parse(rungText) as Rung;
let left = Number(occurrence);

const climbing = openRung(home, rung, (reached) => {
  if (reached === point && --left === 0) process.kill(process.pid, "SIGKILL");
});
await climb(home, rung, climbing);
await climbing.world.close();
