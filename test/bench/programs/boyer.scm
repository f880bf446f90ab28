; A small prover after Boyer and Moore: terms rewritten by lemmas to a normal form, then decided as nested ifs.
; measured: (run 30 1) => (#t 25949)
; tiny: (run 1 0) => (#t 13590)
(import (scheme base))

;; Terms are symbols (variables), numbers and lists headed by a symbol.
(define lemmas
  '(((and p q) (if p (if q (true) (false)) (false)))
    ((or p q) (if p (true) (if q (true) (false))))
    ((not p) (if p (false) (true)))
    ((implies p q) (if p (if q (true) (false)) (true)))
    ((iff p q) (and (implies p q) (implies q p)))
    ((if (true) x y) x)
    ((if (false) x y) y)
    ((if (if a b c) d e) (if a (if b d e) (if c d e)))
    ((plus (plus x y) z) (plus x (plus y z)))
    ((equal (plus a b) (plus a c)) (equal b c))
    ((equal (plus a b) (zero)) (and (zerop a) (zerop b)))
    ((difference x x) (zero))
    ((difference (plus x y) x) y)
    ((difference (plus y x) x) y)
    ((times x (plus y z)) (plus (times x y) (times x z)))
    ((times (times x y) z) (times x (times y z)))
    ((times x (difference c w)) (difference (times c x) (times w x)))
    ((append (append x y) z) (append x (append y z)))
    ((reverse (append a b)) (append (reverse b) (reverse a)))
    ((reverse (reverse x)) x)
    ((length (append a b)) (plus (length a) (length b)))
    ((length (reverse x)) (length x))
    ((member x (append a b)) (or (member x a) (member x b)))
    ((member x (reverse y)) (member x y))
    ((remainder x x) (zero))
    ((remainder (times x y) x) (zero))
    ((remainder (times x y) y) (zero))
    ((lessp (plus x y) (plus x z)) (lessp y z))
    ((lessp (remainder x y) y) (not (zerop y)))
    ((greaterp x y) (lessp y x))
    ((lesseqp x y) (not (lessp y x)))
    ((greatereqp x y) (not (lessp x y)))
    ((zerop (plus x y)) (and (zerop x) (zerop y)))
    ((zerop (zero)) (true))
    ((equal x x) (true))))

;; Lemmas by the operator of their left side, in an association list.
(define index
  (let build ((rest (reverse lemmas)) (table '()))
    (if (null? rest)
        table
        (let* ((lemma (car rest)) (operator (car (car lemma))) (entry (assq operator table)))
          (build (cdr rest)
                 (if entry
                     (begin (set-cdr! entry (cons lemma (cdr entry))) table)
                     (cons (list operator lemma) table)))))))

(define rewrites 0)

(define (rewrite term)
  (set! rewrites (+ rewrites 1))
  (if (pair? term)
      (rewrite-by-lemmas
       (cons (car term) (rewrite-all (cdr term)))
       (let ((entry (assq (car term) index))) (if entry (cdr entry) '())))
      term))

(define (rewrite-all terms)
  (if (null? terms)
      '()
      (cons (rewrite (car terms)) (rewrite-all (cdr terms)))))

(define (rewrite-by-lemmas term lemmas)
  (if (null? lemmas)
      term
      (let ((bindings (match-term (car (car lemmas)) term '())))
        (if bindings
            (rewrite (substitute bindings (car (cdr (car lemmas)))))
            (rewrite-by-lemmas term (cdr lemmas))))))

;; The bindings under which the pattern is the term, or #f.
(define (match-term pattern term bindings)
  (cond ((pair? pattern)
         (and (pair? term)
              (eq? (car pattern) (car term))
              (match-terms (cdr pattern) (cdr term) bindings)))
        ((assq pattern bindings) => (lambda (known) (and (same? (cdr known) term) bindings)))
        (else (cons (cons pattern term) bindings))))

(define (match-terms patterns terms bindings)
  (cond ((null? patterns) (and (null? terms) bindings))
        ((null? terms) #f)
        (else
         (let ((bindings (match-term (car patterns) (car terms) bindings)))
           (and bindings (match-terms (cdr patterns) (cdr terms) bindings))))))

(define (same? a b)
  (if (pair? a)
      (and (pair? b) (same? (car a) (car b)) (same? (cdr a) (cdr b)))
      (eqv? a b)))

(define (substitute bindings term)
  (if (pair? term)
      (cons (car term) (substitute-all bindings (cdr term)))
      (let ((known (assq term bindings)))
        (if known (cdr known) term))))

(define (substitute-all bindings terms)
  (if (null? terms)
      '()
      (cons (substitute bindings (car terms)) (substitute-all bindings (cdr terms)))))

(define (known? term facts)
  (and (pair? facts)
       (or (same? term (car facts))
           (known? term (cdr facts)))))

;; Whether a normal form is true whatever its variables are, given what is assumed true and false.
(define (tautology? term true false)
  (cond ((or (same? term '(true)) (known? term true)) #t)
        ((or (same? term '(false)) (known? term false)) #f)
        ((and (pair? term) (eq? (car term) 'if))
         (let ((test (list-ref term 1)) (then (list-ref term 2)) (else (list-ref term 3)))
           (cond ((or (same? test '(true)) (known? test true)) (tautology? then true false))
                 ((or (same? test '(false)) (known? test false)) (tautology? else true false))
                 (else
                  (and (tautology? then (cons test true) false)
                       (tautology? else true (cons test false)))))))
        (else #f)))

(define theorem
  '(implies (and (implies p q)
                 (and (implies q r)
                      (and (implies r s) (implies s t))))
            (implies p t)))

(define values-of-variables
  '((p . (equal (plus (plus a b) (plus c d)) (plus a (plus b x))))
    (q . (member x (append (reverse (append u v)) w)))
    (r . (lessp (remainder (times x y) z) z))
    (s . (equal (times a (plus b c)) (plus (times a b) (times a c))))
    (t . (greatereqp (length (reverse (append u v))) (plus (length u) (length v))))))

;; The theorem, made larger by joining weaker forms of it with or.
(define (enlarged term n)
  (if (= n 0)
      term
      (enlarged (list 'or term '(false)) (- n 1))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f
               (begin
                 (set! rewrites 0)
                 (let ((proved (tautology? (rewrite (substitute values-of-variables (enlarged theorem n))) '() '())))
                   (list proved rewrites)))))
      ((= left 0) answer)))
