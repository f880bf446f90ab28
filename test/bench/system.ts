// The systems that the benchmark compares: each a process of its own that answers one call at a time.
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ROOM } from "../../frontends/room.js";
import type { BenchProgram, Call } from "./program.js";
import type { Report } from "./serve.js";

/** A running process of a system, waiting for calls. */
export interface Bench {
  run(program: BenchProgram, call: Call): Promise<Report>;
  close(): void;
}

/** A process of this very file, for our Lisp or for JavaScript by hand, with the room that `ouro run` gives a program. */
export function startNode(system: "ouro" | "javascript"): Bench {
  return bench(process.execPath, [...ROOM, process.argv[1] as string, "--serve", system], ({ name }, { operands }) => `${name} ${operands}`);
}

/** Whether Guile 3 is installed. */
export function guileVersion(): string | undefined {
  const { stdout, status } = spawnSync("guile", ["--version"], { encoding: "utf8" });
  return status === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
}

/** Guile compiles the program to native code first, into a folder of its own, and then waits for calls. */
export function startGuile({ name, source }: BenchProgram): Bench {
  const folder = mkdtempSync(join(tmpdir(), "ouro-bench-"));
  const [text, code] = [join(folder, `${name}.scm`), join(folder, `${name}.go`)];
  writeFileSync(text, source + GUILE_SERVER);
  // It warns of each standard name that R7RS gives another meaning than Guile does.
  const load = `(use-modules (system base compile))
    (current-warning-port (%make-void-port "w"))
    (compile-file ${JSON.stringify(text)} #:output-file ${JSON.stringify(code)} #:optimization-level 2 #:opts '())
    (load-compiled ${JSON.stringify(code)})`;
  return bench("guile", ["--no-auto-compile", "-c", load], (_, { operands }) => `(${operands})`);
}

/** Ends the text of a program: reads operands, calls `run`, answers as a Report. The value is quoted as a Lisp string, which is JSON here. */
const GUILE_SERVER = `
(import (scheme base) (scheme read) (scheme write)
        (only (guile) get-internal-run-time get-internal-real-time internal-time-units-per-second))
(define (bench-serve)
  (let ((operands (read)))
    (unless (eof-object? operands)
      (let* ((real (get-internal-real-time))
             (start (get-internal-run-time))
             (value (apply run operands))
             (end (get-internal-run-time))
             (real-end (get-internal-real-time))
             (text (open-output-string)))
        (write value text)
        (display "{\\"cpu\\":") (display (inexact (/ (* 1000 (- end start)) internal-time-units-per-second)))
        (display ",\\"wall\\":") (display (inexact (/ (* 1000 (- real-end real)) internal-time-units-per-second)))
        (display ",\\"value\\":") (write (get-output-string text))
        (display "}")
        (newline)
        (flush-output-port)
        (bench-serve)))))
(bench-serve)
`;

function bench(command: string, words: readonly string[], request: (program: BenchProgram, call: Call) => string): Bench {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(program, call) {
      child.stdin.write(`${request(program, call)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${command} ended while it ran ${program.name}`);
      const report = JSON.parse(value) as Report;
      if (report.value !== call.expected) throw new Error(`${program.name}: ${command} answers ${report.value}, not ${call.expected}`);
      return report;
    },
    close: () => void child.stdin.end(),
  };
}
