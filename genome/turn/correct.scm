; Slips of the finger: the words that were likely meant, by the letters that would have to change.
(define-library (genome turn correct)
  (export nearest-words)
  (import (ouro base))
  (begin

    (define (nearest-words word words)
      "A list of the words that are a slip or two away from this one, as its length allows, the nearest first."
      (let* ((word (string-downcase word)) (allowed (slips-allowed (string-length word))))
        (map cdr
             (sort-by car
                      (filter (lambda (pair) (<= 1 (car pair) allowed))
                              (map (lambda (other) (cons (distance word other allowed) other))
                                   words))
                      <))))

    ;; Short words are near to too many others.
    (define (slips-allowed length)
      (cond ((< length 4) 0)
            ((< length 8) 1)
            (else 2)))

    ;; Letters changed, left out, put in, or two side by side swapped (optimal string alignment); more than allowed is far.
    (define (distance one other allowed)
      (if (> (abs (- (string-length one) (string-length other))) allowed)
          (+ allowed 1)
          (let rows ((i 1) (before #f) (above (iota (+ 1 (string-length other)))))
            (if (> i (string-length one))
                (last above)
                (rows (+ i 1) above (next-row one other i before above))))))

    (define (next-row one other i before above)
      (let columns ((j 1) (row (list i)))
        (if (> j (string-length other))
            (reverse row)
            (let* ((same? (char=? (string-ref one (- i 1)) (string-ref other (- j 1))))
                   (changed (min (+ 1 (car row))
                                 (+ 1 (list-ref above j))
                                 (+ (if same? 0 1) (list-ref above (- j 1))))))
              (columns (+ j 1)
                       (cons (if (swapped? one other i j before)
                                 (min changed (+ 1 (list-ref before (- j 2))))
                                 changed)
                             row))))))

    (define (swapped? one other i j before)
      (and before
           (> i 1)
           (> j 1)
           (char=? (string-ref one (- i 1)) (string-ref other (- j 2)))
           (char=? (string-ref one (- i 2)) (string-ref other (- j 1)))))))
