; The policy that empties a full cache: what a cached item is worth keeping.
(define-library (genome policy evict)
  (export evict)
  (import (ouro base) (genome prelude policy))
  (begin

    ;; age: since last use; frequency: uses so far; size; cost: of getting it again; lifetime: since it came.
    (define-policy evict
      "What a cached item is worth keeping: the least is evicted. Shipped: least recently used (Mattson, Gecsei, Slutz, Traiger 1970)."
      (facts (age number) (frequency number) (size number) (cost number) (lifetime number))
      (result number)
      (evolvable #t)
      (decide (- age)))))
