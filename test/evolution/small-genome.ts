// A genome as small as the gates allow: four policies, a turn, a test. For tests of native code, whatever ships.
import type { GenomeFiles } from "../../ports/port.js";

const PRELUDE = `; The prelude.
(define-library (genome prelude policy)
  (export define-policy policy? policy-name policy-facts policy-procedure ratio safe-log safe-sqrt)
  (import (ouro base))
  (begin
    (define-record-type policy (make-policy name facts procedure) policy?
      (name policy-name) (facts policy-facts) (procedure policy-procedure))
    (define-syntax define-policy
      (syntax-rules (facts result evolvable decide)
        ((_ name doc (facts fact ...) (result kind) (evolvable flag) (decide expression))
         (define-policy "made" name (fact ...) expression))
        ((_ "made" name ((fact type) ...) expression)
         (define name (make-policy 'name '((fact type) ...) (lambda (fact ...) expression))))))
    (define (ratio a b) (if (= b 0) 1.0 (/ a b)))
    (define (safe-log a) (if (> a 0) (log a) 0.0))
    (define (safe-sqrt a) (sqrt (abs a)))))
`;

const TURN = `; The turn.
(define-library (genome turn turn)
  (export handle-turn)
  (import (ouro base) (port store))
  (begin
    (define (handle-turn input state)
      (store/put! "count" (+ 1 (get state :count 0)))
      {:state (put state :count (+ 1 (get state :count 0))) :answer (get input :text "")})))
`;

const WORDS = `; Words of the turn.
(define-library (genome turn words)
  (export greeting)
  (import (ouro base))
  (begin
    (define (greeting name) (string-append "hello " name))))
`;

const TEST_PRELUDE = `; What tests are.
(define-library (genome prelude test)
  (export make-test test-name test-thunk)
  (import (ouro base))
  (begin
    (define-record-type test (make-test name thunk) test? (name test-name) (thunk test-thunk))))
`;

const TESTS = `; The tests.
(define-library (genome test arithmetic)
  (export tests)
  (import (ouro base) (genome prelude policy) (genome prelude test) (genome turn words))
  (begin
    (define (check-true value) (if (not value) (error "a check failed")))
    (define tests
      (list (make-test "a greeting names whom it greets" (lambda () (check-true (equal? "hello Ada" (greeting "Ada")))))
            (make-test "a ratio divides" (lambda () (check-true (= 2.0 (ratio 4.0 2.0)))))
            (make-test "a ratio is total" (lambda () (check-true (= 1.0 (ratio 4.0 0.0)))))))))
`;

const MANIFEST = `; The manifest.
(manifest
  (version 1)
  (libraries (genome prelude policy) (genome prelude test) (genome policy dispatch) (genome policy evict) (genome policy retry) (genome policy choose) (genome turn words) (genome turn turn))
  (turn (genome turn turn))
  (grants (grant (genome turn turn) (store/put! (when (= 1 1))))))
`;

/** The text of a policy's library. */
export function policyText(name: string, facts: string, decide: string): string {
  return `; The policy ${name}.
(define-library (genome policy ${name})
  (export ${name})
  (import (ouro base) (genome prelude policy))
  (begin
    (define-policy ${name} "A policy." (facts ${facts}) (result number) (evolvable #t)
      (decide ${decide}))))
`;
}

export const DISPATCH_FACTS = "(wait number) (work number) (slack number) (weight number) (mean-work number)";

export const SMALL_GENOME: GenomeFiles = {
  "manifest.scm": MANIFEST,
  "constitution.scm": '; The constitution.\n(constitution (protected "turn/oath.scm"))\n',
  "prelude/policy.scm": PRELUDE,
  "prelude/test.scm": TEST_PRELUDE,
  "policy/dispatch.scm": policyText("dispatch", DISPATCH_FACTS, "(ratio weight work)"),
  "policy/evict.scm": policyText("evict", "(age number) (frequency number) (size number) (cost number) (lifetime number)", "(- age)"),
  "policy/retry.scm": policyText("retry", "(attempt number) (last-delay number) (elapsed number) (cost number)", "(min 60000.0 (* 1000.0 (expt 2.0 (- attempt 1.0))))"),
  "policy/choose.scm": policyText("choose", "(mean number) (count number) (total number) (cost number) (latency number)", "(+ mean (safe-sqrt (ratio (* 2.0 (safe-log total)) count)))"),
  "turn/turn.scm": TURN,
  "turn/words.scm": WORDS,
  "test/arithmetic.scm": TESTS,
};
