; What one round of the loop knows, and how it is told: pure steps over the round's map.
(define-library (genome evolution round)
  (export round-of approved-round goal-of named? passed? refused awaits-person? note report
          policy-file provenance decide-or candidate-measure entry-of elite-entries
          gate-text score-text short)
  (import (ouro base))
  (begin

    (define defaults
      {:round 1 :seed 1 :budget 300 :proposer "search" :reason "" :events [] :adopted #f})
    (define elites-kept 6)

    (define (round-of input suites)
      "The round that an input asks for. Without a name, a search takes the policies in turn; a person's patch names none."
      (let* ((round (merge defaults input))
             (proposer (if (contains-key? input :patch) "person" (text-of (:proposer round))))
             (policy (or (get input :policy)
                         (if (equal? proposer "person")
                             ""
                             (:policy (nth suites (modulo (- (:round round) 1) (size suites))))))))
        (put round :proposer proposer :policy (text-of policy) :suites suites)))

    (define (approved-round input)
      "The round of a candidate that was written before and waited for a person."
      (merge defaults
             {:base (:base input) :policy (get input :policy "") :proposer "person"
              :reason (get input :reason "approved")
              :candidate {:commit (:commit input)
                          :branch (get input :branch "")
                          :tree (get input :tree "")}
              :proposal {:evaluations 0
                         :candidate #f
                         :reason (get input :reason "approved")
                         :patch #f}}))

    (define (goal-of round measure)
      "The goal for the proposer."
      (if (equal? (:proposer round) "search")
          {:proposer "search" :policy (:policy round) :form (:form round) :incumbent (:decide round)
           :measure measure
           :facts (facts-of round) :elders (elders round)
           :seed (+ (* 1009 (:seed round)) (:round round)) :budget (:budget round)}
          {:proposer (:proposer round)
           :policy (:policy round)
           :patch (get round :patch #f)
           :reason (:reason round)}))

    (define (facts-of round)
      (let ((suite (find (lambda (suite) (equal? (:policy suite) (:policy round)))
                         (->list (:suites round)))))
        (if suite
            (map string->symbol (->list (:facts suite)))
            (raise (condition :unknown-policy "there is no suite for this policy"
                              (:policy round))))))

    ;; What the archive holds, the best clades first, without what failed.
    (define (elders round)
      (filter-map (lambda (entry) (and (positive? (:score entry)) (:decide entry)))
                  (->list (:archive round))))

    (define (named? round)
      "Does the round work on one evolvable policy?"
      (not (equal? (:policy round) "")))

    (define (passed? round)
      "Did all gates let the candidate pass?"
      (:passed (:verdict round)))

    (define (refused round gate reason)
      "The round with a refusal that no gate of the port gave."
      (put round :verdict {:passed #f :gate gate :reason reason :gates []}))

    (define (awaits-person? round)
      "Was a candidate refused only for want of a person's approval? Then its branch stays."
      (and (:candidate round)
           (equal? (:proposer round) "person")
           (contains-key? #{"authority" "constitution"} (:gate (:verdict round)))))

    (define (note round kind text)
      "The round with one more event, which is also written out, a line each, for whoever watches."
      (display (string-append kind " " (string-replace-all text "\n" " ") "\n"))
      (update round :events (lambda (events) (conj events {:kind kind :text text}))))

    (define (report round)
      "What the host and people are told of a round that ended."
      (let ((answer {:round (:round round) :policy (:policy round) :proposer (:proposer round)
                     :adopted (:adopted round)
                     :gate (if (:adopted round) "" (:gate (:verdict round)))
                     :reason (if (:adopted round)
                                 (:reason (:proposal round))
                                 (:reason (:verdict round)))
                     :evaluations (:evaluations (:proposal round))
                     :awaits-approval (get round :awaits-approval #f)
                     :events (:events round)})
            (decide (get (or (candidate-measure round) {}) :decide)))
        (merge answer
               (if (:candidate round) (:candidate round) {})
               (if decide {:decide decide} {}))))

    (define (policy-file round)
      "Where the round's policy is, within the genome."
      (string-append "policy/" (:policy round) ".scm"))

    (define (provenance round)
      "The optional operands of lineage/propose! that say where a patch comes from."
      (append (list :proposer (:proposer round))
              (if (named? round) (list :policy (:policy round)) '())
              (list :trailers [{:name "Round" :value (number->string (:round round))}
                               {:name "Seed" :value (number->string (:seed round))}])))

    (define (candidate-measure round)
      "The measured candidate of the round's proposal, or #f."
      (get (get round :proposal {}) :candidate))

    (define (decide-or round candidate)
      "The expression of a measured candidate; the one in force if there is none."
      (if candidate (:decide candidate) (:decide round)))

    (define (entry-of round verdict)
      "The archive's entry for the round's candidate."
      (let ((outcome (:verdict round)))
        (merge (archive-entry round (candidate-measure round) verdict)
               {:gate (if (equal? verdict "adopted") "" (:gate outcome))
                :reason (:reason outcome)
                :commit (if (:candidate round) (:commit (:candidate round)) "")})))

    (define (elite-entries round proposal)
      "The archive's entries for the best of what else the proposer found."
      (let ((others (filter (lambda (each) (not (eq? each (:candidate proposal))))
                            (:elites proposal))))
        (map (lambda (candidate) (archive-entry round candidate "candidate"))
             (take others (min elites-kept (length others))))))

    (define (archive-entry round candidate verdict)
      {:policy (:policy round) :decide (:decide candidate) :score (:score candidate)
       :steps (:steps candidate)
       :size (:size candidate) :proposer (:proposer round) :round (:round round)
       :parent (parent-of round) :verdict verdict})

    ;; The identifier of the archive's entry for the rule in force, 0 if it has none.
    (define (parent-of round)
      (let ((entry (find (lambda (entry) (equal? (:decide entry) (:decide round)))
                         (->list (:archive round)))))
        (if entry (:id entry) 0)))

    (define (gate-text gate)
      "One gate's verdict as a line."
      (string-append (:gate gate) (if (:ok gate) " passes: " " refuses: ") (:reason gate)))

    (define (score-text score)
      "A score with four decimals."
      (number->string (/ (round (* 10000.0 score)) 10000.0)))

    (define (short commit)
      "The first ten digits of a commit."
      (substring commit 0 (min 10 (string-length commit))))

    (define (text-of name)
      (cond ((keyword? name) (keyword->string name))
            ((symbol? name) (symbol->string name))
            (else name)))))
