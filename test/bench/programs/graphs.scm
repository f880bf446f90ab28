; Shortest ways and components in a made-up graph: adjacency lists, a functional queue, association lists.
; measured: (run 100 2000) => (2000 7 1)
; tiny: (run 1 20) => (20 3 1)
(import (scheme base))

;; A ring of n nodes where each node also reaches two far ones.
(define (make-graph n)
  (let ((graph (make-vector n '())))
    (define (connect! a b)
      (vector-set! graph a (cons b (vector-ref graph a)))
      (vector-set! graph b (cons a (vector-ref graph b))))
    (do ((i 0 (+ i 1))) ((= i n) graph)
      (connect! i (modulo (+ i 1) n))
      (connect! i (modulo (+ (* i 7) 3) n))
      (connect! i (modulo (+ (* i 13) 5) n)))))

(define (distances graph start)
  (let ((found (make-vector (vector-length graph) #f)))
    (vector-set! found start 0)
    (let next ((front (list start)) (back '()))
      (cond ((pair? front)
             (let* ((node (car front)) (further (+ 1 (vector-ref found node))))
               (let each ((others (vector-ref graph node)) (back back))
                 (cond ((null? others) (next (cdr front) back))
                       ((vector-ref found (car others)) (each (cdr others) back))
                       (else
                        (vector-set! found (car others) further)
                        (each (cdr others) (cons (car others) back)))))))
            ((pair? back) (next (reverse back) '()))
            (else found)))))

(define (histogram distances)
  (let count ((i 0) (table '()))
    (if (= i (vector-length distances))
        table
        (let* ((distance (vector-ref distances i)) (entry (assv distance table)))
          (if entry
              (begin (set-cdr! entry (+ 1 (cdr entry))) (count (+ i 1) table))
              (count (+ i 1) (cons (cons distance 1) table)))))))

;; How many components: union by following parents, halving the way.
(define (components graph)
  (let* ((n (vector-length graph)) (parents (make-vector n 0)))
    (define (root node)
      (let ((parent (vector-ref parents node)))
        (if (= parent node)
            node
            (begin
              (vector-set! parents node (vector-ref parents parent))
              (root (vector-ref parents node))))))
    (do ((i 0 (+ i 1))) ((= i n)) (vector-set! parents i i))
    (do ((i 0 (+ i 1))) ((= i n))
      (for-each (lambda (other) (vector-set! parents (root i) (root other))) (vector-ref graph i)))
    (do ((i 0 (+ i 1))
         (roots 0 (if (= i (vector-ref parents i)) (+ roots 1) roots)))
        ((= i n) roots))))

(define (run count n)
  (do ((left count (- left 1))
       (answer #f
               (let* ((graph (make-graph n)) (table (histogram (distances graph 0))))
                 (list (apply + (map cdr table))
                       (apply max (map car table))
                       (components graph)))))
      ((= left 0) answer)))
