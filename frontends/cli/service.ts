// `ouro service`: the agent as a service of the person's own, which systemd starts and watches.
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Program, UsageError, type Verb } from "../frontend.js";
import { readWords } from "./words.js";

const usage = `usage: ouro service install [--print]

Writes a unit for systemd, of the person who runs this and not of the whole machine, and tells how to start it.
  --print   only shows it`;

const NAME = "ouro.service";

export const service: Verb = {
  summary: "let systemd start and watch the agent",
  usage,
  async run(words, program: Program) {
    const options = readWords(words, { print: "switch" }, 1);
    if (options.positionals.join(" ") !== "install") throw new UsageError("the one action is install");
    const unit = unitText(program.home);
    if (options.has("print")) return (program.output.write(unit), 0);
    const folder = join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "systemd", "user");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, NAME), unit);
    program.output.write(`${join(folder, NAME)} is written. Start it, now and whenever you log in:
  systemctl --user daemon-reload
  systemctl --user enable --now ${NAME}
and also without you: loginctl enable-linger
What it says: journalctl --user -u ${NAME} -f, and ouro.log in the home\n`);
    return 0;
  },
};

/** It has half a minute to end what is under way, and is started again if it fails. */
function unitText(home: string): string {
  return `[Unit]
Description=Ouro, an agent of your own
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=${[process.execPath, process.argv[1] ?? "", "--home", home, "up"].map(quoted).join(" ")}
Restart=on-failure
RestartSec=5
TimeoutStopSec=45
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`;
}

/** As systemd reads words: in quotes, with its own signs doubled. */
function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
}
