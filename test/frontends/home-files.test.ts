// Files by their standard names inside a home: a library has what it was granted of the port of tools, a person all of it.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHost } from "../../frontends/host.js";
import { tinyPackage } from "./tiny-genome.js";

const WRITER = (name: string) => `(define-library (genome policy ${name}) (export ${name}) (import (scheme base) (scheme write) (scheme file) (scheme time) (scheme process-context))
  (begin
    (define (${name} path)
      "Writes the path into the file and reads it back."
      (call-with-output-file path (lambda (port) (write path port)))
      (call-with-input-file path read-line))))`;

const own = tinyPackage({
  "manifest.scm": `(manifest (version 1)
  (libraries (genome policy effects) (genome policy granted) (genome policy ungranted) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome policy granted)
    (tool-runtime/read-file) (tool-runtime/write-file! (when (string-prefix? "files/notes/" (:path request))))))
  (budgets (turn {:milliseconds 60000})))`,
  "policy/granted.scm": WRITER("granted"),
  "policy/ungranted.scm": WRITER("ungranted"),
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (genome policy granted) (genome policy ungranted))
  (begin
    (define (handle-turn given state)
      "Writes by the library that the text names, to the path after it."
      (let* ((words (string-split (:text given) " ")) (write (if (equal? (car words) "granted") granted ungranted)))
        {:state state :answer (guard (e ((file-error? e) (string-append "file error: " (condition-message e)))) (write (cadr words)))}))))`,
});

test("a library writes and reads where its grant says, and nowhere else; another one cannot at all", async () => {
  const home = join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
  const host = await openHost(home, own);
  try {
    expect(await host.send("granted files/notes/a.txt")).toBe('"files/notes/a.txt"');
    expect(readFileSync(join(home, "files", "notes", "a.txt"), "utf8")).toBe('"files/notes/a.txt"');
    expect(await host.send("granted files/b.txt")).toMatch(/^file error: .*tool-runtime\/write-file!/);
    expect(await host.send("ungranted files/notes/a.txt")).toMatch(/^file error: .*\(genome policy ungranted\)/);
    const session = host.session();
    expect(await session.evaluate(`(import (scheme file)) (call-with-output-file "files/c" (lambda (port) (write 'c port)))
      (list (call-with-input-file "files/c" read) (file-exists? "files/c") (file-exists? "files/none") (file-exists? "none"))`)).toMatchObject({ ok: true, printed: ["(c #t #f #f)"] });
    expect(await session.evaluate('(file-error? (guard (e (#t e)) (open-input-file "files/../vault.db")))')).toMatchObject({ ok: true, printed: ["#t"] });
    expect(await session.evaluate('(import (scheme process-context)) (exit 3)')).toMatchObject({ ok: false, error: { code: "not-granted" } });
  } finally {
    await host.close();
  }
});
