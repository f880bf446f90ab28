; Which effects may happen: rules as data, tried in order; the first that fits decides, and none means no.
(define-library (genome policy effects)
  (export effect-rules decide-effect)
  (import (ouro base))
  (begin

    ;; The names after the rules' own are the variables of their tests: the facts of one effect.
    (define-syntax define-rules
      "Defines a vector of rules: {:name :doc :decision :test :applies?}."
      (syntax-rules (rule when then)
        ((_ name doc facts (rule label why (when test) (then decision)) ...)
         (define name doc
           [{:name label :doc why :decision decision :test 'test :applies? (lambda facts test)}
            ...]))))

    (define reads
      #{"store/get" "store/list" "store/search" "store/blob-get" "lineage/head" "lineage/branches"
        "lineage/log" "lineage/show" "lineage/files" "lineage/diff" "lineage/bisect"
        "evolution/suites" "evolution/measure" "evolution/validate" "evolution/archive"
        "evolution/probation" "vault/names" "matrix/allowed?" "matrix/edges" "matrix/score"
        "matrix/cells" "matrix/journal" "matrix/budgets" "matrix/grants" "matrix/genome"
        "matrix/time" "baseband/channels" "baseband/queue" "baseband/bindings" "router/models"
        "router/health" "router/choose" "tool-runtime/list" "tool-runtime/list-files"
        "tool-runtime/read-file" "tool-runtime/describe" "tool-runtime/local-time"
        "tool-runtime/instant" "tool-runtime/time-zones" "swarm/peers"})

    (define loop-writes
      #{"lineage/propose!" "lineage/adopt!" "lineage/drop!" "lineage/revert!"
        "evolution/record" "evolution/archive-add!" "evolution/watch!" "evolution/settle!"})

    (define loop-libraries #{"(genome evolution ouroboros)" "(genome evolution probation)"})

    (define note-keepers #{"(genome turn record)" "(genome turn abilities)"})

    (define-rules effect-rules
      "The rules for effects. Whatever none of them names is denied."
      (operation origin parameters cell labels)
      (rule "read" "Reading what this agent holds changes nothing."
        (when (contains-key? reads operation))
        (then :allow))
      (rule "notes" "The agent keeps a person's notes and lists, under keys of their own."
        (when (and (contains-key? #{"store/put!" "store/delete!" "store/compare-and-set!"}
                                  operation)
                   (contains-key? note-keepers origin)
                   (or (string-prefix? "notes/" (get parameters :key ""))
                       (string-prefix? "lists/" (get parameters :key "")))))
        (then :allow))
      (rule "settings"
        "A person's settings, such as the time zone, are kept under keys of their own."
        (when (and (equal? operation "store/put!")
                   (equal? origin "(genome turn clock)")
                   (string-prefix? "settings/" (get parameters :key ""))))
        (then :allow))
      (rule "pages" "A page that a person asks for is read, if its host is open to tools."
        (when (and (equal? operation "tool-runtime/fetch") (equal? origin "(genome turn tools)")))
        (then :allow))
      (rule "files"
        "Files go only to the conversation whose turn sends them, and what is sent is kept for that."
        (when (and (equal? origin "(genome turn sending)")
                   (or (equal? operation "store/blob-put!")
                       (and (equal? operation "baseband/send!")
                            (string-prefix? (string-append "ouro/"
                                                           (get parameters :channel "")
                                                           "/")
                                            (string-append cell "/"))))))
        (then :allow))
      (rule "evolve"
        "Only the loop proposes, adopts and takes back changes of the genome; the gates judge each."
        (when (and (contains-key? loop-writes operation) (contains-key? loop-libraries origin)))
        (then :allow))
      (rule "converse"
        "A person's words go to the models that the person has configured, within the grant's budget."
        (when (and (equal? operation "router/complete") (equal? origin "(genome turn converse)")))
        (then :allow))
      (rule "outward" "What leaves this machine or arrives from another genome needs a person."
        (when (contains-key? #{"lineage/push!" "lineage/pull!" "lineage/merge!" "baseband/send!"
                               "tool-runtime/fetch" "tool-runtime/write-file!" "router/complete"
                               "router/stream" "router/embed" "swarm/spawn" "swarm/send!"}
                             operation))
        (then :ask)))

    (define (decide-effect effect)
      "The decision on an effect {:operation :origin :parameters :cell :labels}, where the labels tell where what the turn read and what it hands over comes from: {:decision :allow|:deny|:ask :rule name :reason text}."
      (let ((rule (find (lambda (rule) (applies? rule effect)) (->list effect-rules))))
        (if rule
            {:decision (:decision rule) :rule (:name rule) :reason (:doc rule)}
            {:decision :deny
             :rule "default"
             :reason "No rule of policy/effects.scm allows this."})))

    (define (applies? rule effect)
      ((:applies? rule) (:operation effect) (:origin effect) (:parameters effect) (:cell effect)
       (get effect :labels [])))))
