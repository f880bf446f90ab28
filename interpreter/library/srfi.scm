; SRFI libraries, and their names in R7RS-large: names only, all defined elsewhere.
(define-library (srfi 8)
  (export receive)
  (import (ouro native)))

(define-library (srfi 39)
  (export make-parameter parameterize)
  (import (ouro control)))

(define-library (srfi 69)
  (export make-hash-table hash-table? alist->hash-table hash-table-equivalence-function
          hash-table-hash-function hash-table-ref hash-table-ref/default hash-table-set!
          hash-table-delete! hash-table-exists? hash-table-update! hash-table-update!/default
          hash-table-size hash-table-keys hash-table-values hash-table-walk hash-table-fold
          hash-table->alist hash-table-copy hash-table-merge! hash string-hash string-ci-hash
          hash-by-identity)
  (import (ouro hash-tables)))

(define-library (srfi 125)
  (export (all-from (ouro hash-tables))))

(define-library (scheme list)
  (export (all-from (srfi 1))))

(define-library (scheme vector)
  (export (all-from (srfi 133))))

(define-library (scheme hash-table)
  (export (all-from (srfi 125))))

(define-library (scheme comparator)
  (export (all-from (srfi 128))))
