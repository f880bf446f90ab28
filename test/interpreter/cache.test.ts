// The cache of compiled libraries: what comes from it is what the text makes, and nothing damaged or changed comes from it.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CodeCache, type Computation, createInterpreter, documentation, nativeProcedure, LispError, Condition, write } from "../../interpreter/index.js";
import { AUTHORITY_LIBRARY, authorityLibrary } from "../../epigenome/capability.js";
import { genomeFilesIn } from "../../frontends/host-home.js";
import { ROOT } from "../house/sources.js";

interface Store extends CodeCache {
  readonly texts: Map<string, string>;
  hits: number;
}

function store(version = "1", texts = new Map<string, string>()): Store {
  const made: Store = {
    version, texts, hits: 0,
    digest: (text) => createHash("sha256").update(text).digest("hex"),
    get(key) {
      const text = texts.get(key);
      if (text !== undefined) made.hits++;
      return text;
    },
    put: (key, text) => void texts.set(key, text),
  };
  return made;
}

const SHAPES = `(define-library (shapes)
  (export area make-square side counter count! swap! unless2 pi-ish table (rename hidden-name shown) fails note)
  (import (ouro base))
  (begin
    (define-record-type <square> (make-square side) square? (side side))
    (define (area shape) "Its area." (* (side shape) (side shape)))
    (define calls 0)
    (define (counter) calls)
    (define-syntax count! (syntax-rules () ((_) (set! calls (+ calls 1)))))
    (define-syntax swap! (syntax-rules () ((_ a b) (let ((other a)) (set! a b) (set! b other)))))
    (define-syntax unless2 "Twice unless." (syntax-rules (=>) ((_ test => body ...) (if test #f (begin body ... (list inner 'x "s" body ...))))))
    (define inner '(1 2.5 -0.0 #\\a "text" #(1 2) 1/2 123456789012345678901234567890 :key |odd symbol| #u8(1 2)))
    (define pi-ish 3.25)
    (define table {:a [1 2] :b #{(quote x)}})
    (define hidden-name '{:quoted [1 "two"]})
    (define (fails x) (car (vector-ref x 0)))
    (note "loaded")))`.replace("(note \"loaded\")", "(define (note text) (string-append text \"!\"))");

const USER = `(define-library (user)
  (export run boom speak-twice)
  (import (ouro base) (rename (shapes) (area surface)) (port test))
  (begin
    (define (speak-twice) (list (speak 1) (speak 2)))
    (define (boom) (fails (vector 5)))
    (define (run)
      (count!) (count!)
      (let ((a 1) (b 2))
        (swap! a b)
        (list (surface (make-square 3)) (counter) a b (unless2 #f => a) pi-ish table shown)))))`;

const spoken = new Map([["speak", nativeProcedure("speak", 1, 1, "Speaks.", (each) => each)]]);
const native = (name: string) => (name === "(port test)" ? spoken : undefined);

function load(cache: CodeCache | undefined, texts: Readonly<Record<string, string>> = { "shapes.scm": SHAPES, "user.scm": USER }) {
  const interpreter = createInterpreter({ native, cache });
  for (const [file, text] of Object.entries(texts)) interpreter.register(text, file);
  return interpreter;
}

/** All that can be told of a program over these libraries. */
function told(cache: CodeCache | undefined, program: string, texts?: Readonly<Record<string, string>>): unknown {
  const interpreter = load(cache, texts);
  const environment = interpreter.environment(["(ouro base)", "(user)", "(prefix (shapes) s-)"]);
  let computation: Computation | undefined;
  try {
    computation = interpreter.start(program, "program", environment, { steps: 1_000_000 });
    return { value: write(computation.finish()), steps: computation.steps };
  } catch (error) {
    if (!(error instanceof LispError) || !(error.payload instanceof Condition)) throw error;
    const { code, message, position, backtrace } = error.payload;
    return { code, message, position, backtrace, steps: computation?.steps };
  }
}

const PROGRAMS = [
  "(run)", "(boom)", "(list (run) (run))", "(s-area 5)", "(s-area)", "s-area", "(let ((x 1) (y 2)) (s-swap! x y) (list x y))",
  "(begin (s-count!) (s-counter))", "(s-unless2 #t)", "(s-unless2 1 2)", "(map s-side (list (s-make-square 1) (s-make-square 2)))", "(s-note \"hi\")", "(set! s-pi-ish 3)",
];

describe("a library from the cache", () => {
  it.each(PROGRAMS)("is what its text makes: %s", (program) => {
    const cache = store();
    const first = told(cache, program);
    const [before, again] = [cache.hits, told(cache, program)];
    expect(cache.hits - before).toBe(4);
    expect(first).toEqual(told(undefined, program));
    expect(again).toEqual(first);
  });

  it("is documented", () => {
    const cache = store();
    const docs = () => ["s-area", "s-unless2", "s-side"].map((name) => documentation(load(cache).environment(["(prefix (shapes) s-)"]), name));
    expect(docs()).toEqual(docs());
    expect(docs()[0]).toBe("(area shape)\nIts area.\nFrom (shapes).");
  });

  it("is compiled anew when its text, what it imports, or the compiler is another", () => {
    const cache = store();
    told(cache, "(run)");
    const other = { "shapes.scm": SHAPES.replace("3.25", "3.5"), "user.scm": USER };
    expect(told(cache, "(run)", other)).toMatchObject({ value: expect.stringContaining("3.5") as string });
    expect(cache.texts.size).toBe(7);
    const newer = store("2", cache.texts);
    told(newer, "(run)");
    expect(newer.hits).toBe(0);
  });

  it("is compiled anew when what was kept is damaged", () => {
    const clean = told(undefined, "(run)");
    const cache = store();
    told(cache, "(run)");
    const kept = new Map(cache.texts);
    for (const [key, text] of kept) {
      for (const damaged of ["", text.slice(0, -1), text.replace(/\d/, "x"), `${text} `, "\n[]", text.slice(70)]) {
        cache.texts.set(key, damaged);
        expect(told(cache, "(run)")).toEqual(clean);
        expect(cache.texts.get(key)).toBe(text);
      }
    }
  });

  it("is not kept when it includes a file or asks which libraries there are", () => {
    const cache = store();
    told(cache, "(run)", { "shapes.scm": SHAPES, "user.scm": USER.replace("(begin", "(cond-expand ((library (nowhere)) (begin (define x 1))) (else))\n  (begin") });
    expect(cache.texts.size).toBe(2);
  });
});

it("the shipped genome is kept whole, and is linked again without a compiler", () => {
  const cache = store();
  const files = Object.entries(genomeFilesIn(`${ROOT}genome`)).filter(([path]) => !/^test\/|^(manifest|constitution)\.scm$/.test(path));
  const names = [...new Set(files.flatMap(([, text]) => text.match(/[a-z-]+\/[a-z-]+[!?]?/g) ?? [])), ...authorityLibrary().keys()];
  const granted = new Map(names.map((each) => [each, nativeProcedure(each, 0, 9, each, () => 0)]));
  const ports = (name: string) => (name.startsWith("(port ") || name === AUTHORITY_LIBRARY ? granted : undefined);
  const libraries = () => {
    const interpreter = createInterpreter({ native: ports, cache });
    const libraryNames = files.flatMap(([path, text]) => interpreter.register(text, `genome/${path}`));
    interpreter.load(libraryNames);
    return libraryNames;
  };
  const loaded = libraries();
  const { size } = cache.texts;
  expect(size).toBe(2 * loaded.length);
  const before = cache.hits;
  libraries();
  expect(cache.texts.size).toBe(size);
  expect(cache.hits - before).toBe(2 * loaded.length);
});
