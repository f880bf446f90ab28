// Attempts to see or change what a value is made of.
import { type Attempt, type Catalogue, REFUSED } from "./attempt.js";

export const VALUES: Catalogue = {
  "properties of procedures": [
    ["(car car)", /^!wrong-type$/],
    ["(car (lambda (x) x))", /^!wrong-type$/],
    ["(vector-ref car 0)", /^!wrong-type$/],
    ["(vector-ref list 'constructor)", /^!wrong-type$/],
    ["(length list)", /^!wrong-type$/],
    ["(string-length car)", /^!wrong-type$/],
    ["(apply (call/cc (lambda (k) k)) '(5))", /^!not-a-procedure$/],
    ["((lambda (f) (set-car! f 1)) car)", /^!wrong-type$/],
  ],
  "properties of vectors and strings by index": [
    ...["'length", "'constructor", "\"length\"", ":length", "-1", "1.5", "4294967296", "1/2", "#t", "'()", "0.0", "+nan.0"].map((index): Attempt => [`(vector-ref (vector 1 2) ${index})`, /^!(wrong-type|out-of-range)$/]),
    ...["'length", "\"__proto__\"", "-1", "2", "1.5"].map((index): Attempt => [`(let ((v (vector 1 2))) (vector-set! v ${index} 0) v)`, /^!(wrong-type|out-of-range)$/]),
    ["(string-ref \"abc\" 'length)", /^!wrong-type$/],
    ["(bytevector-u8-ref (bytevector 1 2) 'buffer)", /^!wrong-type$/],
    ["(list-ref '(1 2) '__proto__)", /^!wrong-type$/],
  ],
  "records and their fields": [
    ["(define-record-type thing (make __proto__ constructor) thing? (__proto__ a) (constructor b)) (list (a (make 1 2)) (b (make 1 2)))", /^\(1 2\)$/],
    ["(define-record-type one (make-one x) one? (x one-x)) (define-record-type two (make-two x) two? (x two-x)) (one-x (make-two 5))", /^!wrong-type$/],
    ["(define-record-type one (make-one x) one? (x one-x)) (one-x '(1))", /^!wrong-type$/],
    ["(define-record-type one (make-one x) one? (x one-x)) (one-x car)", /^!wrong-type$/],
    ["(define-record-type one (make-one x) one? (x one-x set-one-x!)) (set-one-x! {:x 1} 2)", /^!wrong-type$/],
    ["(define-record-type one (make-one x) one? (x one-x)) (one-x one)", /^!wrong-type$/],
    ["(define-record-type promise (make-promise! c) promise? (c content)) (content (delay 1))", /^!wrong-type$/],
    ["(define-record-type one (make-one x) one? (x one-x)) (car (make-one 1))", /^!wrong-type$/],
  ],
  "maps, sets and their keys": [
    ["(get {} '__proto__ 'none)", /^none$/],
    ["(get {} \"constructor\" 'none)", /^none$/],
    ["(get {:a 1} :toString 'none)", /^none$/],
    ["(let ((m (put {} '__proto__ 1))) (list (get m '__proto__ 0) (get {} '__proto__ 0)))", /^\(1 0\)$/],
    ["(get {:a 1} car 'none)", REFUSED],
    ["(vector-ref [1 2] 'size)", /^!wrong-type$/],
    ["(car {:a 1})", /^!wrong-type$/],
    ["{car 1}", /^!not-data$/],
  ],
  "conditions, promises, ports and environments": [
    ["(condition-code (condition :__proto__ \"m\"))", /^:__proto__$/],
    ...["constructor", "__proto__", "toString", "hasOwnProperty"].map((code): Attempt => [`(condition-hint (condition :${code} "m"))`, /^(""|#f)$/]),
    ["(car (condition :x \"m\"))", /^!wrong-type$/],
    ["(vector-ref (current-output-port) 0)", /^!wrong-type$/],
    ["(car (delay 1))", /^!wrong-type$/],
    ["(vector-ref (environment '(scheme base)) 0)", /^!wrong-type$/],
    ["(eval 1 {})", /^!wrong-type$/],
    ["(eval 1 (list 'scheme-report-environment))", /^!wrong-type$/],
    ["(read-char (open-output-string))", /^!wrong-type$/],
    ["(get-output-string (current-output-port))", /^!wrong-type$/],
  ],
};
