; SRFI 1, the list library: what is shared with the rest of the standard library, and here the less usual procedures.
(define-library (srfi 1)
  (export cons list xcons cons* make-list list-tabulate list-copy circular-list iota pair? null?
          proper-list? circular-list? dotted-list? not-pair? null-list? list= car cdr caar cadr cdar
          cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr caaaar caaadr caadar caaddr cadaar
          cadadr caddar cadddr cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr list-ref
          first second third fourth fifth sixth seventh eighth ninth tenth car+cdr take drop
          take-right drop-right take! drop-right! split-at split-at! last last-pair length length+
          append concatenate reverse append-reverse append! concatenate! reverse! append-reverse!
          zip unzip1 unzip2 unzip3 unzip4 unzip5 count map for-each fold unfold pair-fold reduce
          fold-right unfold-right pair-fold-right reduce-right append-map append-map! map!
          map-in-order pair-for-each filter-map filter partition remove filter! partition! remove!
          find find-tail any every list-index take-while drop-while take-while! span break span!
          break! member memq memv delete delete-duplicates delete! delete-duplicates! assoc assq
          assv alist-cons alist-copy alist-delete alist-delete! lset<= lset= lset-adjoin lset-union
          lset-union! lset-intersection lset-intersection! lset-difference lset-difference! lset-xor
          lset-xor! lset-diff+intersection lset-diff+intersection! set-car! set-cdr!)
  (import (ouro kernel) (ouro traversal) (ouro lists))
  (begin

    (define (circular-list . items)
      "A list that repeats these elements for ever."
      (if (null? items)
          '()
          (begin
            (set-cdr! (last-pair items) items)
            items)))

    (define (unzip1 lists)
      "A list of the first elements of the lists."
      (map first lists))

    (define (unzip2 lists)
      "Two values: lists of the first and of the second elements of the lists."
      (values (map first lists) (map second lists)))

    (define (unzip3 lists)
      "Three values: lists of the first, the second and the third elements of the lists."
      (values (map first lists) (map second lists) (map third lists)))

    (define (unzip4 lists)
      "Four values: lists of the first elements of the lists, and so on."
      (values (map first lists) (map second lists) (map third lists) (map fourth lists)))

    (define (unzip5 lists)
      "Five values: lists of the first elements of the lists, and so on."
      (values (map first lists)
              (map second lists)
              (map third lists)
              (map fourth lists)
              (map fifth lists)))

    (define pair-fold-right
      "Like fold-right, over the list and its tails instead of its elements."
      (case-lambda
        ((procedure initial items)
         (fold procedure initial (tails items)))
        ((procedure initial items . lists)
         (let loop ((columns (apply map
                                    list
                                    (map (lambda (each) (reverse (tails each)))
                                         (cons items lists))))
                    (reversed '()))
           (if (pair? columns)
               (loop (cdr columns) (cons (car columns) reversed))
               (fold (lambda (pairs result) (apply procedure (append pairs (list result))))
                     initial
                     reversed))))))

    ;; The tails of a list that are pairs, the shortest first.
    (define (tails items)
      (let loop ((rest items) (result '()))
        (if (pair? rest) (loop (cdr rest) (cons rest result)) result)))

    (define (lset-diff+intersection same? set . sets)
      "Two values: what is in the first set and in none of the others, and what is in one of them too."
      (partition (lambda (object) (not (any (lambda (other) (member object other same?)) sets)))
                 set))

    ;; The linear-update procedures may use up what they are given (SRFI 1), and need not: here they leave it as it is.
    (define take! "Like take, which it is." take)
    (define drop-right! "Like drop-right, which it is." drop-right)
    (define split-at! "Like split-at, which it is." split-at)
    (define concatenate! "Like concatenate, which it is." concatenate)
    (define append-map! "Like append-map, which it is." append-map)
    (define map! "Like map, which it is." map)
    (define take-while! "Like take-while, which it is." take-while)
    (define span! "Like span, which it is." span)
    (define break! "Like break, which it is." break)
    (define delete-duplicates! "Like delete-duplicates, which it is." delete-duplicates)
    (define alist-delete! "Like alist-delete, which it is." alist-delete)
    (define lset-union! "Like lset-union, which it is." lset-union)
    (define lset-intersection! "Like lset-intersection, which it is." lset-intersection)
    (define lset-difference! "Like lset-difference, which it is." lset-difference)
    (define lset-xor! "Like lset-xor, which it is." lset-xor)
    (define lset-diff+intersection!
      "Like lset-diff+intersection, which it is."
      lset-diff+intersection)))
