; Trees of records built from above and from below, most dropped at once, while a long-lived one stays.
; measured: (run 8 12) => (8191 44)
; tiny: (run 1 4) => (31 14)
(import (scheme base))

(define-record-type node
  (make-node left right)
  node?
  (left node-left set-node-left!)
  (right node-right set-node-right!))

(define (tree-from-below depth)
  (if (= depth 0)
      (make-node #f #f)
      (make-node (tree-from-below (- depth 1)) (tree-from-below (- depth 1)))))

(define (grow! node depth)
  (when (> depth 0)
    (set-node-left! node (make-node #f #f))
    (set-node-right! node (make-node #f #f))
    (grow! (node-left node) (- depth 1))
    (grow! (node-right node) (- depth 1))))

(define (count-nodes node)
  (if (node-left node)
      (+ 1 (count-nodes (node-left node)) (count-nodes (node-right node)))
      1))

;; As many short-lived trees of this depth as make two long-lived ones.
(define (churn depth most)
  (let ((times (* 2 (expt 2 (- most depth)))))
    (do ((i 0 (+ i 1))
         (wrong 0
                (let ((grown (make-node #f #f)))
                  (grow! grown depth)
                  (if (= (count-nodes grown) (count-nodes (tree-from-below depth)))
                      wrong
                      (+ wrong 1)))))
        ((= i times) wrong))))

(define (run count most)
  (do ((left count (- left 1))
       (answer #f
               (let ((kept (tree-from-below most))
                     (numbers (make-vector (expt 2 most) 0)))
                 (do ((i 1 (+ i 1))) ((= i (vector-length numbers)))
                   (vector-set! numbers i (quotient (* 11 i) 3)))
                 (do ((depth 2 (+ depth 2))) ((> depth most))
                   (unless (= 0 (churn depth most)) (error "trees differ")))
                 (list (count-nodes kept) (vector-ref numbers (min most (- (vector-length numbers) 1)))))))
      ((= left 0) answer)))
