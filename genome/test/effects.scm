; Tests: the effect rules allow what they name, to whom they name, and nothing else.
(define-library (genome test effects)
  (export tests run-tests)
  (import (ouro base) (genome prelude test) (genome policy effects))
  (begin

    (define (decision operation origin parameters)
      (:decision (decide-effect {:operation operation
                                 :origin origin
                                 :parameters parameters
                                 :cell "main"})))

    (define (rule operation origin parameters)
      (:rule (decide-effect {:operation operation
                             :origin origin
                             :parameters parameters
                             :cell "main"})))

    (define (sending channel cell)
      (:decision (decide-effect {:operation "baseband/send!"
                                 :origin "(genome turn sending)"
                                 :parameters {:channel channel}
                                 :cell cell})))

    (define record "(genome turn record)")
    (define loop "(genome evolution ouroboros)")

    (define-tests tests
      ("reading is allowed to whoever was granted it"
       (check (decision "store/get" "(genome turn recall)" {:key "notes/a"}) => :allow
              (rule "lineage/head" loop {}) => "read"))
      ("notes and lists are written by the recorder, under their own keys"
       (check (decision "store/put!" record {:key "notes/a"}) => :allow
              (decision "store/delete!" record {:key "lists/a"}) => :allow))
      ("no other key is written"
       (check (decision "store/put!" record {:key "system/a"}) => :deny
              (decision "store/put!" record {}) => :deny))
      ("no other library writes notes"
       (check (decision "store/put!" "(genome turn turn)" {:key "notes/a"}) => :deny))
      ("only the loop changes the genome"
       (check (decision "lineage/adopt!" loop {}) => :allow
              (decision "lineage/revert!" "(genome evolution probation)" {}) => :allow
              (decision "lineage/adopt!" "(genome turn turn)" {}) => :deny
              (decision "evolution/settle!" record {}) => :deny))
      ("what goes outside needs a person"
       (check (decision "lineage/push!" loop {}) => :ask
              (decision "router/complete" "(genome turn turn)" {}) => :ask
              (decision "tool-runtime/fetch" record {}) => :ask
              (decision "tool-runtime/fetch" "(genome turn tools)" {}) => :allow))
      ("files go to the conversation whose turn sends them, and nowhere else unasked"
       (check (sending "telegram/1/2" "ouro/telegram/1/2/") => :allow
              (sending "telegram/1/2/7" "ouro/telegram/1/2/7") => :allow
              (sending "telegram/1/2" "ouro/telegram/1/2//aside") => :allow
              (sending "telegram/1/2" "ouro/telegram/1/22/") => :ask
              (sending "telegram/1/22" "ouro/telegram/1/2/") => :ask
              (sending "telegram/1/2" "main") => :ask
              (decision "baseband/send!" "(genome turn tools)" {:channel "telegram/1/2"}) => :ask
              (decision "store/blob-put!" "(genome turn sending)" {}) => :allow
              (decision "store/blob-put!" "(genome turn tools)" {}) => :deny))
      ("only the conversation asks models by itself"
       (check (decision "router/complete" "(genome turn converse)" {}) => :allow
              (decision "router/complete" loop {}) => :ask))
      ("what no rule names is denied"
       (check (decision "vault/put!" loop {}) => :deny
              (rule "vault/put!" loop {}) => "default"
              (decision "no-such/operation" loop {}) => :deny))
      ("every rule has a name, a doc, its test as data and a decision"
       (check (every (lambda (rule) (and (string? (:name rule)) (string? (:doc rule))
                                         (pair? (:test rule))
                                         (contains-key? #{:allow :deny :ask} (:decision rule))))
                     (->list effect-rules))
              => #t)))

    (define (run-tests)
      "Runs the tests of this library."
      (run-all tests))))
