// Loaded before a command: counts the writes below a folder, and ends the process after one of them.
import { writeSync } from "node:fs";
import { watchDoors } from "../crash/doors.js";

const last = Number(process.env["OURO_STRIKE"]);
let count = 0;

watchDoors(process.env["OURO_STRIKE_FOLDER"] ?? "", (point) => {
  if (++count === last) {
    writeSync(2, `struck at ${point}\n`);
    process.kill(process.pid, "SIGKILL");
  }
});
process.on("exit", () => void writeSync(2, `writes ${count}\n`));
