// The other machine of the replay campaign: takes a home in, verifies it, runs its journal again, and tells what it found.
import { importHome, readHome, verifyHome } from "../../epigenome/index.js";
import { lifePorts } from "../epigenome/life.js";

const [file = "", home = ""] = process.argv.slice(2);
const { publicKey } = importHome(file, home);
const { ok, entries } = verifyHome(home, Buffer.from(publicKey, "hex"));
const view = readHome(home);
const { states, ...report } = view.replay(lifePorts(home));
view.close();
const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
process.stdout.write(JSON.stringify({ verified: ok, entries, report, cells: states.size, timeZone, locale, memory: process.resourceUsage().maxRSS }));
