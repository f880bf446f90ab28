// An agent for the tests of injection: a page of Lisp that lets a model drive it, a model that obeys whatever it reads, and sinks that tell.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { basebandPort, memoryBaseband, openBaseband } from "../../ports/baseband/index.js";
import { memoryLineage } from "../../ports/lineage/index.js";
import { emptyWorld, matrixPort, memoryMatrix } from "../../ports/matrix/index.js";
import { type Bound, type GenomeFiles, operation, type Port, PortError } from "../../ports/port.js";
import type { Provider } from "../../ports/router/index.js";
import { memoryStore, storePort } from "../../ports/store/index.js";
import { memoryFiles, memoryWeb, toolRuntimePort } from "../../ports/tool-runtime/index.js";
import { memoryVault, openVault, vaultPort } from "../../ports/vault/index.js";

export type Pages = Map<string, string>;

const none = z.object({});
const text = z.string();

/** What left through sinks: one line each, `operation parameters`. */
export function sentBy(home: string): string[] {
  const path = join(home, "sent.log");
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
}

/** What a sink of the tests stands for. */
const STANDS_FOR: Readonly<Record<string, readonly [port: Port, operation: string]>> = {
  "send!": [basebandPort(openBaseband(memoryBaseband())), "send!"],
  "forget!": [storePort(memoryStore()), "delete!"],
  "post!": [toolRuntimePort(memoryFiles({}), memoryWeb({})), "fetch"],
  "allow!": [matrixPort(memoryMatrix(), emptyWorld()), "allow!"],
  "adopt!": [memoryLineage().port, "adopt!"],
  "bind!": [vaultPort(openVault(memoryVault(), { kind: "file", path: "no vault is unlocked" })), "put!"],
};

/** The bound of the real operation. */
export function boundOf(sink: string): Bound {
  const [port, name] = STANDS_FOR[sink] ?? [];
  const bound = port?.operations.find((each) => each.name === name)?.accepts;
  if (bound === undefined) throw new Error(`${port?.name}/${name} has no bound`);
  return bound;
}

/** Sources with their labels, and sinks with the bounds that those of a home have. */
export function agentPort(home: string, pages: Pages): Port {
  const source = (name: string, label: string) => operation({
    name, doc: "What is there.", parameters: z.object({ key: text }), result: text, outcome: "pure", produces: ({ key }) => `${label} ${key}`, run: ({ key }) => pages.get(key) ?? "nothing",
  });
  const sink = (name: string, parameters: z.ZodObject) => operation({
    name, doc: "Leaves a line.", parameters, result: none, outcome: "idempotent", accepts: boundOf(name),
    run: (request) => (appendFileSync(join(home, "sent.log"), `${name} ${JSON.stringify(request)}\n`), {}),
  });
  return {
    name: "tool-runtime", doc: "Sources and sinks for tests.",
    operations: [
      source("page", "web"), source("file", "file"), source("tool", "tool"),
      operation({ name: "broken", doc: "Fails with what is there.", parameters: z.object({ key: text }), result: none, outcome: "pure", produces: "tool", run: ({ key }) => { throw new PortError("tool-runtime-broken", pages.get(key) ?? ""); } }),
      sink("send!", z.object({ to: text, text })), sink("forget!", z.object({ key: text })), sink("post!", z.object({ url: text })),
      sink("allow!", z.object({ to: text })), sink("adopt!", z.object({ branch: text })), sink("bind!", z.object({ to: text })),
    ],
  };
}

/** Writes down again every form between [[ and ]] that it finds in its prompt and has not written yet, then the text that it was shown. */
export const obedient: Provider = {
  name: "obedient",
  models: [{ name: "obedient", contextTokens: 1_000_000, tags: [], usdCentsPerMillionInput: 0, usdCentsPerMillionOutput: 0 }],
  async complete({ messages }) {
    const forms = (role: (name: string) => boolean): string[] => messages.filter((message) => role(message.role)).flatMap((message) => message.text.match(/\[\[.*?\]\]/g) ?? []);
    const written = forms((role) => role === "assistant");
    const wanted = forms((role) => role !== "assistant").filter((form) => !written.includes(form));
    const shown = messages.filter(({ role }) => role === "tool").map((message) => message.text.replaceAll(/\[\[.*?\]\]/g, "")).join(" ");
    return { text: `${[...new Set(wanted)].join(" ")} I read: ${shown}`, stop: "end", inputTokens: 1, outputTokens: 1 };
  },
};

const MANIFEST = `(manifest (version 1)
  (libraries (genome policy effects) (genome turn agent))
  (turn (genome turn agent))
  (grants
    (grant (genome turn agent)
      (tool-runtime/page) (tool-runtime/file) (tool-runtime/tool) (tool-runtime/broken)
      (tool-runtime/send!) (tool-runtime/forget!) (tool-runtime/post!) (tool-runtime/allow!) (tool-runtime/adopt!) (tool-runtime/bind!)
      (store/put! (when (string-prefix? "notes/" (:key request)))) (store/get) (store/search)
      (router/complete) (swarm/spawn) (swarm/await))))`;

const EFFECTS = `(define-library (genome policy effects) (export decide-effect) (import (ouro base))
  (begin (define (decide-effect effect) "Allows all: the labels are what is tried here." {:decision :allow :rule "all" :reason "a test of labels"})))`;

const AGENT = `(define-library (genome turn agent) (export handle-turn)
  (import (ouro base) (scheme read) (ouro authority) (port router) (port tool-runtime) (port store) (port swarm))
  (begin

    (define most-rounds 4)

    (define (handle-turn input state)
      "The owner asks, or arranges something; a message is heard, or kept; a child does its task."
      (case (:kind input)
        ((:ask) (let ((request (datum (:text input)))) (answered state (gather (caddr request) state) (cadr request))))
        ((:task) (answered state (tool-runtime/page (datum (reveal (:text input)))) "Sum this up."))
        ((:hear) (answered state (:text input) "Answer this message."))
        ((:store) (store/put! (string-append "notes/" (:key state)) (:text input)) {:state state :answer "kept"})
        (else (arrange (datum (:text input)) state))))

    (define (answered state material words)
      {:state (put state :last material) :answer (converse words material)})

    (define (arrange request state)
      (case (car request)
        ((keep) {:state (put state :key (cadr request)) :answer ""})
        ((look) {:state (put state :last (tool-runtime/page (cadr request))) :answer ""})
        (else (let ((page (reveal (tool-runtime/page (cadr request)))))
                (store/put! (string-append "notes/" (cadr request)) page :text (string-append (cadr request) " " page))
                {:state state :answer ""}))))

    ;; Whatever comes from outside stays in its box: the model is shown it, the turn is not.
    (define (gather source state)
      (let ((key (if (null? (cdr source)) "" (cadr source))))
        (case (car source)
          ((web) (tool-runtime/page key))
          ((file) (tool-runtime/file key))
          ((tool) (tool-runtime/tool key))
          ((broken) (guard (failure (#t (:message (car (condition-irritants failure))))) (tool-runtime/broken key)))
          ((memory) (:value (store/get (string-append "notes/" key))))
          ((search) (quarantined found (vector-ref (list->vector (->list (:matches (store/search key)))) 0)))
          ((conversation) (get state :last ""))
          ((child) (:answer (swarm/await (:child (swarm/spawn key ["tool-runtime/page" "router/complete" "tool-runtime/send!" "tool-runtime/forget!" "tool-runtime/post!" "tool-runtime/allow!" "tool-runtime/adopt!" "tool-runtime/bind!"])))))
          (else ""))))

    (define (found match)
      "The record that a search found."
      (reveal (:value (store/get (:key (reveal match))))))

    (define (converse words material)
      (let loop ((round 0) (talk [{:role "user" :text words} {:role "tool" :text material}]))
        (let* ((said (router/complete "obedient" talk))
               (text (quarantined text-of said))
               (forms (reveal (quarantined forms-of said))))
          (if (or (null? forms) (= round most-rounds))
              text
              (loop (+ round 1)
                    (told (conj talk {:role "assistant" :text text})
                          (map (lambda (form) {:role "tool" :text (attempt form)}) forms)))))))

    (define (told talk messages)
      (fold (lambda (message talk) (conj talk message)) talk messages))

    (define (text-of completion)
      "The text of a model's answer."
      (:text (reveal completion)))

    (define (forms-of completion)
      "The forms that a model wrote between double brackets."
      (let loop ((rest (cdr (string-split (text-of completion) "[["))) (forms '()))
        (if (null? rest)
            (reverse forms)
            (loop (cdr rest) (cons (datum (car rest)) forms)))))

    (define (datum text)
      (read (open-input-string text)))

    (define (attempt form)
      (guard (refused ((condition? refused) (string-append "refused: " (keyword->string (condition-code refused)))))
        (let ((operands (cdr form)))
          (case (car form)
            ((page) (tool-runtime/page (car operands)))
            (else (apply (sink-of (car form)) operands) "done")))))

    (define (sink-of name)
      (case name
        ((note) (lambda (text) (store/put! (string-append "notes/" text) text)))
        ((send) tool-runtime/send!)
        ((forget) tool-runtime/forget!)
        ((post) tool-runtime/post!)
        ((allow) tool-runtime/allow!)
        ((adopt) tool-runtime/adopt!)
        ((bind) tool-runtime/bind!)
        (else (error "there is no such tool" name))))))`;

export function agentGenome(): GenomeFiles {
  return { "manifest.scm": MANIFEST, "policy/effects.scm": EFFECTS, "turn/agent.scm": AGENT };
}
