; Persistent vectors, maps and sets: the full library.
(import (ouro base))
(define-syntax all-of (syntax-rules () ((_ expression) (call-with-values (lambda () expression) list))))
; Making and telling apart
(list [] {} #{} [1 "a" :b] {:a 1 "b" 2} #{1 2})
;; => ([] {} #{} [1 "a" :b] {:a 1 "b" 2} #{1 2})
(list (persistent-vector 1 2) (persistent-map :a 1 :a 2) (persistent-set 1 1 2))
;; => ([1 2] {:a 2} #{1 2})
(map (lambda (x) (list (persistent-vector? x) (persistent-map? x) (persistent-set? x))) (list [1] {:a 1} #{1} #(1) '(1)))
;; => ((#t #f #f) (#f #t #f) (#f #f #t) (#f #f #f) (#f #f #f))
(persistent-map :a)
;; => !wrong-arity
; Equality ignores the order; iteration and printing keep that of insertion.
(list (equal? {:a 1 :b 2} {:b 2 :a 1}) (equal? #{1 2} #{2 1}) (equal? [1 2] [2 1]) (equal? {:a [1]} {:a [1]}) (equal? [1] '(1)) (equal? {:a 1} {:a 2}))
;; => (#t #t #f #t #f #f)
(list (put {:b 1} :a 2) (put (put {:b 1} :a 2) :b 3) (put (remove-key {:b 1 :a 2} :b) :b 4))
;; => ({:b 1 :a 2} {:b 3 :a 2} {:a 2 :b 4})
(= (equal-hash {:a 1 :b 2}) (equal-hash {:b 2 :a 1}))
;; => #t
; Looking up
(list (get {:a 1} :a) (get {:a 1} :b) (get {:a 1} :b 'none) (get [5 6] 1) (get [5 6] 2) (get [5 6] -1 'none) (get #{1} 1) (get #{1} 2))
;; => (1 #f none 6 #f none 1 #f)
(list (:a {:a 1}) (:b {:a 1}))
;; => (1 #f)
(list (get-in {:a {:b [10 20]}} [:a :b 1]) (get-in {:a 1} '(:a)) (get-in {:a {}} [:a :x] 'none) (get-in {:a 1} []))
;; => (20 1 none {:a 1})
(list (contains-key? {:a #f} :a) (contains-key? {} :a) (contains-key? [1] 0) (contains-key? [1] 1) (contains-key? #{1} 1))
;; => (#t #f #t #f #t)
(list (nth [1 2] 1) (nth [1 2] 5 'none) (size [1 2]) (size {:a 1}) (size #{}))
;; => (2 none 2 1 0)
(nth [1 2] 2)
;; => !out-of-range
(get '(1) 0)
;; => !wrong-type
(list (get {1 'exact 1.0 'inexact "1" 'text} 1.0) (get {[1 2] 'vector '(1 2) 'list} '(1 2)) (get {{:a 1 :b 2} 'map} {:b 2 :a 1}))
;; => (inexact list map)
; New versions share with old ones, which stay
(let* ((old {:a 1}) (new (put old :b 2))) (list old new (remove-key new :a)))
;; => ({:a 1} {:a 1 :b 2} {:b 2})
(list (put [1 2] 0 9) (put [1 2] 2 3) (put {} :a 1 :b 2))
;; => ([9 2] [1 2 3] {:a 1 :b 2})
(put [1 2] 3 4)
;; => !out-of-range
(list (put-in {} [:a :b] 1) (put-in {:a {:b 1 :c 2}} [:a :b] 9) (put-in [1 [2 3]] [1 0] 9))
;; => ({:a {:b 1}} {:a {:b 9 :c 2}} [1 [9 3]])
(list (update {:a 1} :a - ) (update {} :a list) (update {} :a list 0) (update [1 2] 0 -) (update-in {:a {:b 1}} [:a :b] (lambda (x) (+ x 1))) (update-in {} [:a :b] list 'none))
;; => ({:a -1} {:a (#f)} {:a (0)} [-1 2] {:a {:b 2}} {:a {:b (none)}})
(list (remove-key {:a 1 :b 2 :c 3} :a :c) (remove-key {:a 1} :x) (remove-key #{1 2} 1) (remove-in {:a {:b 1 :c 2}} [:a :b]) (remove-in {:a 1} [:x :y]))
;; => ({:b 2} {:a 1} #{2} {:a {:c 2}} {:a 1})
(list (merge) (merge {:a 1}) (merge {:a 1 :b 2} {:b 3 :c 4}) (merge-with + {:a 1 :b 2} {:b 3} {:b 4 :c 5}))
;; => ({} {:a 1} {:a 1 :b 3 :c 4} {:a 1 :b 9 :c 5})
(list (keys {:a 1 :b 2}) (vals {:a 1 :b 2}) (entries {:a 1}) (conj {} [:a 1] [:b 2]) (conj [1] 2 3) (conj #{1} 1 2))
;; => ((:a :b) (1 2) ([:a 1]) {:a 1 :b 2} [1 2 3] #{1 2})
(conj {} '(:a 1))
;; => !wrong-type
; Procedures over maps
(list (map-vals - {:a 1}) (map-keys keyword->symbol {:a 1 :b 2}) (map-entries list {:a 1 :b 2}) (fold-entries (lambda (key value sum) (+ value sum)) 0 {:a 1 :b 2}))
;; => ({:a -1} {a 1 b 2} ((:a 1) (:b 2)) 3)
(list (filter-entries (lambda (key value) (> value 1)) {:a 1 :b 2}) (remove-entries (lambda (key value) (> value 1)) {:a 1 :b 2}) (filter-keys (lambda (key) (eq? key :a)) {:a 1 :b 2}) (filter-vals odd? {:a 1 :b 2}))
;; => ({:b 2} {:a 1} {:a 1} {:a 1})
(list (select-keys {:a 1 :b 2 :c 3} [:c :a :x]) (rename-keys {:a 1 :b 2} {:a :z}) (zip-map [:a :b] '(1 2)) (zip-map [:a :b] [1]) (invert {:a 1 :b 2}))
;; => ({:c 3 :a 1} {:z 1 :b 2} {:a 1 :b 2} {:a 1} {1 :a 2 :b})
(let ((seen '())) (for-each-entry (lambda (key value) (set! seen (cons (list key value) seen))) {:a 1 :b 2}) seen)
;; => ((:b 2) (:a 1))
; Procedures over any collection keep its kind
(list (map-items - [1 2]) (map-items abs #{-1 1 2}) (map-items - '(1 2)) (map-items (lambda (entry) [(nth entry 1) (nth entry 0)]) {:a 1}))
;; => ([-1 -2] #{1 2} (-1 -2) {1 :a})
(list (filter-items odd? [1 2 3]) (remove-items odd? #{1 2 3}) (filter-items (lambda (entry) (odd? (nth entry 1))) {:a 1 :b 2}) (append-map-items (lambda (x) [x x]) [1 2]))
;; => ([1 3] #{2} {:a 1} [1 1 2 2])
(list (all-of (partition-items odd? [1 2 3])) (fold-items + 0 #{1 2 3}) (fold-items cons '() [1 2]) (let ((n 0)) (for-each-item (lambda (x) (set! n (+ n x))) [1 2 3]) n))
;; => (([1 3] [2]) 6 (2 1) 6)
(list (find-item even? [1 2 4]) (find-item even? [1]) (any-item (lambda (x) (and (even? x) (* x x))) #{1 4}) (every-item odd? [1 3]) (every-item odd? []) (count-items odd? [1 2 3]))
;; => (2 #f 16 #t #t 2)
(list (empty? []) (empty? {}) (empty? #{}) (empty? '()) (empty? "") (empty? #()) (empty? [1]) (empty? {:a 1}) (empty? '(1)) (empty? "a"))
;; => (#t #t #t #t #t #t #f #f #f #f)
(list (group-by odd? [1 2 3]) (group-by string-length '("a" "bb" "c")) (index-by (lambda (row) (:id row)) [{:id 1 :n "a"} {:id 2 :n "b"}]) (frequencies [:a :b :a]) (frequencies "abca"))
;; => ({#t (1 3) #f (2)} {1 ("a" "c") 2 ("bb")} {1 {:id 1 :n "a"} 2 {:id 2 :n "b"}} {:a 2 :b 1} {#\a 2 #\b 1 #\c 1})
(list (distinct [1 2 1 3 2]) (distinct '("a" "a")) (sort-by - [1 3 2]) (sort-by string-length '("ccc" "a" "bb" "d")) (sort-by (lambda (row) (:name row)) [{:name "b"} {:name "a"}] string<?) (sort-by (lambda (entry) (nth entry 1)) {:a 2 :b 1}))
;; => ([1 2 3] ("a") [3 2 1] ("a" "d" "bb" "ccc") [{:name "a"} {:name "b"}] {:b 1 :a 2})
(list (reverse-items [1 2 3]) (reverse-items {:a 1 :b 2}) (sort [3 1 2] <) (into [1] '(2 3)) (into #{1} [1 2]) (into {:a 1} [[:b 2]]) (into '() [1 2]) (into {} {:a 1}) (into [] #(1 2)))
;; => ([3 2 1] {:b 2 :a 1} [1 2 3] [1 2 3] #{1 2} {:a 1 :b 2} (2 1) {:a 1} [1 2])
(into {} '(1))
;; => !wrong-type
(list (zip-items [1 2] '(a b)) (zip-items [1 2 3] [4]) (chunks 2 [1 2 3 4 5]) (chunks 3 '()))
;; => ([[1 a] [2 b]] [[1 4]] [[1 2] [3 4] [5]] [])
(chunks 0 [1])
;; => !wrong-type
(list (range 3) (range 1 4) (range 0 10 3) (range 3 0 -1) (range 0) (range 5 1) (range 0 1 1/2) (range 0 1 0.5))
;; => ([0 1 2] [1 2 3] [0 3 6 9] [3 2 1] [] [] [0 1/2] [0.0 0.5])
(range 0 1 0)
;; => !division-by-zero
; Persistent vectors
(list (subvec [1 2 3 4] 1 3) (subvec [1 2 3] 1) (concat [1] '(2) #{3} [4 5]) (concat) (peek [1 2]) (pop [1 2]) (pop [1]))
;; => ([2 3] [2 3] [1 2 3 4 5] [] 2 [1] [])
(list (insert-at [1 3] 1 2) (insert-at [1] 1 2) (insert-at [] 0 1) (remove-at [1 2 3] 1) (index-of [:a :b] :b) (index-of [1 [2]] [2]) (index-of [] 1))
;; => ([1 2 3] [1 2] [1] [1 3] 1 1 #f)
(pop [])
;; => !out-of-range
(peek [])
;; => !out-of-range
(insert-at [1] 2 0)
;; => !out-of-range
(remove-at [1] 1)
;; => !out-of-range
; Sets
(list (union #{1 2} #{2 3}) (intersection #{1 2 3} #{2 3 4} #{3 2}) (difference #{1 2 3} #{1} #{3}) (symmetric-difference #{1 2} #{2 3}) (union #{1}))
;; => (#{1 2 3} #{2 3} #{2} #{1 3} #{1})
(list (subset? #{1} #{1 2}) (subset? #{1 3} #{1 2}) (subset? #{} #{}) (superset? #{1 2} #{1}) (disjoint? #{1} #{2}) (disjoint? #{1} #{1 2}))
;; => (#t #f #t #t #t #f)
(union #{1} [2])
;; => !wrong-type
; Conversions
(list (->list [1 2]) (->list {:a 1}) (->list #{1}) (->list "ab") (->list #(1 2)) (->list #u8(1)) (->list '(1)))
;; => ((1 2) ([:a 1]) (1) (#\a #\b) (1 2) (1) (1))
(list (->persistent-vector '(1 2)) (->set [1 1 2]) (->map '([:a 1] [:a 2])) (->persistent-vector {:a 1}) (->persistent-vector "ab"))
;; => ([1 2] #{1 2} {:a 2} [[:a 1]] [#\a #\b])
(->map '(1))
;; => !wrong-type
(->list 5)
;; => !wrong-type
; Keys are data; a mutable one is copied, so that no change reaches it
(let* ((key (list 1 2)) (m (put {} key 'found))) (set-car! key 9) (list (get m '(1 2)) (get m key) (keys m)))
;; => (found #f ((1 2)))
(put {} car 1)
;; => !not-data
(conj #{} (vector 1))
;; => !not-data
; Many elements
(let loop ((i 0) (m {}) (v []) (s #{})) (if (< i 2000) (loop (+ i 1) (put m i (* i i)) (conj v i) (conj s (modulo i 7))) (list (size m) (get m 1999) (nth v 1999) (size s) (size (into [] (->list v))) (size (concat v v)))))
;; => (2000 3996001 1999 7 2000 4000)
(size (into [] (iota 200000)))
;; => 200000
