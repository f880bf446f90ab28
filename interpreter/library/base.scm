; What a session of Ouro sees: R7RS-small, the usual of SRFI 1 and 133, persistent collections, match.
(define-library (ouro base)
  (export (all-from (ouro native) (except (ouro control) leave-extents) (ouro promises)
                    (ouro traversal) (ouro lists) (ouro vectors)
                    (ouro strings) (ouro ports) (ouro collections) (ouro matching))))
