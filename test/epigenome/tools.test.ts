// Capabilities as a model's tools: what it is told of each is the same in a home and where a candidate's turns run again.
import { expect, test } from "vitest";
import { canonical } from "../../epigenome/data.js";
import { loadImage } from "../../epigenome/image.js";
import { bootGenome } from "../../epigenome/trial-genome.js";
import type { Interpreter, Value } from "../../interpreter/index.js";
import { memoryLineage } from "../../ports/lineage/index.js";
import { operationSchemas, type Port } from "../../ports/port.js";
import { embeddedProvider, routerPort } from "../../ports/router/index.js";
import { memoryStore, storePort } from "../../ports/store/index.js";
import { memoryFiles, memoryWeb, toolRuntimePort } from "../../ports/tool-runtime/index.js";

const ports: readonly Port[] = [storePort(memoryStore()), memoryLineage().port, toolRuntimePort(memoryFiles({}), memoryWeb({})), routerPort([embeddedProvider(() => "")])];
const names = ports.flatMap(({ name, operations }) => operations.map((operation) => `${name}/${operation.name}`));

const FILES = {
  "manifest.scm": "(manifest (version 1) (libraries (genome turn turn)) (turn (genome turn turn)) (grants))",
  "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn told)
    (import (ouro base) (ouro authority) ${ports.map(({ name }) => `(port ${name})`).join(" ")})
    (begin
      (define (handle-turn input state) "Nothing." {:state state :answer ""})
      (define (told) "What a model is told of all capabilities." (->persistent-vector (map tool-of (list ${names.join(" ")}))))))`,
};

function told(interpreter: Interpreter): string[] {
  const value = interpreter.call(interpreter.exported("(genome turn turn)", "told") as Value, []).finish();
  return Array.from(value as Iterable<Value>, canonical);
}

test("a trial child knows the tools as the home does", () => {
  const home = told(loadImage({ commit: "c", files: FILES, patches: [] }, new Map(ports.map((port) => [`(port ${port.name})`, port]))).interpreter);
  const trial = told(bootGenome({ kind: "boot", id: "g", files: FILES, operations: operationSchemas(ports), steps: 1e9, bytes: 1e10 }).interpreter);
  expect(home).toHaveLength(names.length);
  expect(home.join("\n")).toContain("Keeps a value under a key");
  expect(trial).toEqual(home);
});
