// A world for the tests of labels: pages that say whose they are, sinks with bounds, and one turn that does what a test wants.
import { afterEach } from "vitest";
import { z } from "zod";
import type { Approval, World } from "../../epigenome/index.js";
import { operation, type Port, PortError } from "../../ports/port.js";
import { sqliteStore, storePort } from "../../ports/store/index.js";
import { COMMIT, freshHome, openTestWorld } from "./home.js";

export const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close(10);
});

const page = z.object({ url: z.string() });
export const none = z.object({});
/** Pages that say whose they are, and sinks with bounds. */
export const web: Port = {
  name: "tool-runtime", doc: "Pages and sinks for tests.",
  operations: [
    operation({ name: "fetch", doc: "A page.", parameters: page, result: z.object({ text: z.string() }), outcome: "pure", produces: ({ url }) => `web ${url}`, run: ({ url }) => ({ text: `page of ${url}` }) }),
    operation({
      name: "follow", doc: "A page that is elsewhere.", parameters: page, result: z.object({ text: z.string(), at: z.string() }), outcome: "pure",
      produces: ({ url }, found) => [`web ${url}`, ...(found === undefined ? [] : [`web ${found.at}`])], run: ({ url }) => ({ text: `page of ${url}`, at: `beyond ${url}` }),
    }),
    operation({ name: "fail", doc: "Fails with what a page says.", parameters: page, result: none, outcome: "pure", produces: ({ url }) => `web ${url}`, run: () => { throw new PortError("tool-runtime-broken", "said the page", { hint: "and hinted" }); } }),
    ...["judged", "misjudged"].map((name) => operation({ name, doc: "What the policy decides by what it is given.", parameters: z.object({ text: z.string() }), result: none, outcome: "pure", run: () => ({}) })),
    operation({ name: "echo", doc: "Gives back a text.", parameters: z.object({ text: z.string() }), result: z.string(), outcome: "pure", run: ({ text }) => text }),
    operation({ name: "send!", doc: "A sink for trusted data and what models say.", parameters: z.object({ text: z.string() }), result: none, outcome: "idempotent", accepts: ["model"], run: () => ({}) }),
    operation({ name: "post!", doc: "A sink for all.", parameters: z.object({ text: z.string() }), result: none, outcome: "idempotent", accepts: { any: "a test" }, run: () => ({}) }),
  ],
};

const EFFECTS = `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect)
    "Allows all but two."
    (case (string->symbol (:operation effect))
      ((tool-runtime/judged) {:decision :deny :rule "test" :reason (:text (:parameters effect))})
      ((tool-runtime/misjudged) (error (:text (:parameters effect))))
      (else {:decision :allow :rule "test" :reason "a test"})))))`;
export const TEXT_OF = "(define (text-of page) (:text (reveal page)))";
export const grants = `(tool-runtime/fetch) (tool-runtime/follow) (tool-runtime/fail) (tool-runtime/echo) (tool-runtime/judged) (tool-runtime/misjudged) (tool-runtime/send!) (tool-runtime/post!) (store/put!) (store/compare-and-set!) (store/get) (store/delete! (when (string-prefix? "notes/" (:key request)))) (store/list) (store/search) (store/blob-put!) (store/blob-get)`;

/** A world whose one turn evaluates `body`, with `input` and `state`. Helpers may be defined before. */
export function world(body: string, definitions = "", granted = grants, ...more: readonly Port[]): World {
  const home = freshHome();
  const made = openTestWorld(home, { genome: { commit: COMMIT, files: files(body, definitions, granted, more) }, ports: ({ tables }) => [web, storePort(sqliteStore(tables, `${home}/objects`)), ...more] });
  open.push(made);
  return made;
}

export function files(body: string, definitions = "", granted = grants, more: readonly Port[] = []) {
  return {
    "manifest.scm": `(manifest (version 1) (libraries (genome policy effects) (genome turn turn)) (turn (genome turn turn)) (grants (grant (genome turn turn) ${granted})))`,
    "policy/effects.scm": EFFECTS,
    "turn/turn.scm": `(define-library (genome turn turn) (export handle-turn) (import (ouro base) (ouro authority) (port tool-runtime) (port store) ${more.map(({ name }) => `(port ${name})`).join(" ")})
      (begin ${definitions} (define (handle-turn input state) "Does what the test wants." ${body})))`,
  };
}

export const ask = (made: World, text = "", labels?: readonly string[], cell = "a") => made.ask({ cell, kind: "message", text, labels });

/** The outcome, every question about an effect answered with `isAllowed`; and those questions. */
export async function answering(made: World, isAllowed: boolean, text = "", labels?: readonly string[]) {
  const asked: Approval[] = [];
  const answer = ({ kind, id }: { kind: string; id: string }): void => {
    if (kind !== "approval") return;
    asked.push(...made.approvals().filter((approval) => approval.id === id));
    made.resolve(id, isAllowed, "me");
  };
  made.on("progress", answer);
  const outcome = await ask(made, text, labels);
  made.off("progress", answer);
  return { outcome, asked };
}
