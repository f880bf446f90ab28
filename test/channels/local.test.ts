// The scenarios against a platform within the process: one that drops what it has seen, and one that can do little.
import { LocalPeer } from "./local.js";
import { playScenarios, SCENARIOS } from "./scenarios.js";

playScenarios("a platform that can do everything", () => new LocalPeer());
// What differs there: the rest would be the same once more.
const BARE = /a text is answered|decided by words|is not asked twice|sent again|the agent is away/;
playScenarios("a platform of bare texts that drops what it has seen", () => new LocalPeer({
  name: "bare", dropsRepeated: true, can: { threads: false, edits: false, buttons: false, filesIn: false, filesKept: false, filesOut: false, progress: false },
}), SCENARIOS.filter(({ name }) => BARE.test(name)));
