; Packing pieces into a box without gaps by trying: vectors of flags, read and written by index.
; measured: (run 60 5 20000) => (18 3586)
; tiny: (run 1 3 30) => (#f 39)
(import (scheme base))

;; The box is a cube whose cells lie in one vector, with a wall of full cells on its far sides.
(define (wide side) (+ side 1))

(define (cell side x y z)
  (+ x (* (wide side) (+ y (* (wide side) z)))))

(define (empty-box side)
  (let* ((width (wide side))
         (box (make-vector (* width width width) #t)))
    (do ((z 0 (+ z 1))) ((= z side) box)
      (do ((y 0 (+ y 1))) ((= y side))
        (do ((x 0 (+ x 1))) ((= x side))
          (vector-set! box (cell side x y z) #f))))))

;; A piece is a vector of offsets from its first cell: here all turns of a block.
(define (block side width height depth)
  (let ((offsets '()))
    (do ((z 0 (+ z 1))) ((= z depth))
      (do ((y 0 (+ y 1))) ((= y height))
        (do ((x 0 (+ x 1))) ((= x width))
          (set! offsets (cons (cell side x y z) offsets)))))
    (list->vector (reverse offsets))))

;; All turns of a block, each with the number of its kind.
(define (turns side kind dimensions)
  (map (lambda (turn) (cons kind (apply block side turn))) dimensions))

(define bars '((3 1 1) (1 3 1) (1 1 3)))
(define plates '((2 2 1) (2 1 2) (1 2 2)))
(define bricks '((4 2 1) (4 1 2) (2 4 1) (2 1 4) (1 4 2) (1 2 4)))

;; The pieces of a box: Slothouber and Graatsma's for side 3, Conway's for side 5.
(define (pieces side)
  (list->vector
   (if (= side 3)
       (append (turns side 0 plates) (turns side 1 '((1 1 1))))
       (append (turns side 0 bricks) (turns side 1 '((2 2 2))) (turns side 2 plates) (turns side 3 bars)))))

;; How many pieces of each kind there are.
(define (stock side)
  (if (= side 3) (vector 6 3) (vector 13 1 1 3)))

(define (fits? box piece at)
  (let ((size (vector-length piece)) (room (vector-length box)))
    (let check ((i 0))
      (or (= i size)
          (let ((place (+ at (vector-ref piece i))))
            (and (< place room)
                 (not (vector-ref box place))
                 (check (+ i 1))))))))

(define (fill! box piece at full?)
  (let ((size (vector-length piece)))
    (do ((i 0 (+ i 1))) ((= i size))
      (vector-set! box (+ at (vector-ref piece i)) full?))))

(define (first-gap box from)
  (let ((size (vector-length box)))
    (let look ((i from))
      (cond ((= i size) #f)
            ((vector-ref box i) (look (+ i 1)))
            (else i)))))

;; Fills the box gap by gap, and gives up after so many tries. Answers the pieces used, or #f, and the tries.
(define (pack side most)
  (let* ((box (empty-box side))
         (pieces (pieces side))
         (left (stock side))
         (tries 0))
    (define (place from used)
      (let ((gap (first-gap box from)))
        (cond ((not gap) used)
              ((> tries most) #f)
              (else (try gap 0 used)))))
    (define (try gap index used)
      (if (= index (vector-length pieces))
          #f
          (let ((piece (cdr (vector-ref pieces index))) (kind (car (vector-ref pieces index))))
            (or (and (> (vector-ref left kind) 0)
                     (fits? box piece gap)
                     (begin
                       (set! tries (+ tries 1))
                       (fill! box piece gap #t)
                       (vector-set! left kind (- (vector-ref left kind) 1))
                       (or (place gap (+ used 1))
                           (begin
                             (fill! box piece gap #f)
                             (vector-set! left kind (+ (vector-ref left kind) 1))
                             #f))))
                (try gap (+ index 1) used)))))
    (let ((used (place 0 0)))
      (list used tries))))

(define (run count side most)
  (do ((left count (- left 1))
       (answer #f (pack side most)))
      ((= left 0) answer)))
