; Where a turn asks its policies: which arm first, which task next, what to forget, how long to wait.
(define-library (genome turn plan)
  (export order-arms order-models observe order-tasks keep-topics retry-delay)
  (import (ouro base) (genome prelude policy) (genome policy choose) (genome policy dispatch)
          (genome policy evict) (genome policy retry))
  (begin

    ;; An arm: {:name :cost :latency}; what is known of it in the state: {:count :reward} by its name.

    (define (order-arms arms known)
      "The arms, the one to try first at the front: those never tried, then by the policy choose."
      (let ((total (fold (lambda (arm total) (+ total (count-of arm known))) 0 arms)))
        (sort-by (lambda (arm) (arm-index arm known total)) arms >)))

    (define (order-models models)
      "The models, the one to ask first at the front. A model is what router/choose tells of it: {:model :mean :count :total :cost :latency}."
      (sort-by (lambda (model)
                 (if (zero? (:count model))
                     +inf.0
                     (policy-decide choose
                                    (merge model
                                           {:count (inexact (:count model))
                                            :total (inexact (:total model))}))))
               models
               >))

    (define (arm-index arm known total)
      (let ((count (count-of arm known)))
        (if (zero? count)
            +inf.0
            (policy-decide choose
              {:mean (ratio (inexact (get-in known [(:name arm) :reward] 0.0)) (inexact count))
               :count (inexact count)
               :total (inexact total) :cost (:cost arm) :latency (:latency arm)}))))

    (define (count-of arm known)
      (get-in known [(:name arm) :count] 0))

    (define (observe known arm reward)
      "What is known, with one more try of an arm and its reward, from 0 to 1, less the arm's cost."
      (update known (:name arm)
        (lambda (seen)
          {:count (+ 1 (:count seen)) :reward (+ (:reward seen) (- reward (:cost arm)))})
        {:count 0 :reward 0.0}))

    ;; A task: {:text :weight :added}, where added is the turn in which it came.

    (define (order-tasks tasks now)
      "A list of the tasks, the most pressing first by the policy dispatch."
      (let ((mean (/ (fold (lambda (task sum) (+ sum (work-of task))) 0.0 tasks)
                     (max 1 (length tasks)))))
        (sort-by (lambda (task) (policy-decide dispatch (task-facts task now mean))) tasks >)))

    (define (task-facts task now mean)
      (let ((wait (inexact (- now (:added task)))) (work (work-of task)))
        {:wait wait
         :work work
         :slack (- (* 10.0 work) wait work)
         :weight (inexact (:weight task))
         :mean-work mean}))

    ;; Nothing better is known of how long a task takes than how long it takes to say.
    (define (work-of task)
      (inexact (max 1 (quotient (string-length (:text task)) 6))))

    ;; A topic's use: {:last :uses :since :size :cost}, in turns and characters, by its text.

    (define (keep-topics topics now bound)
      "The topics, at most so many: those that the policy evict values least are forgotten."
      (if (<= (size topics) bound)
          topics
          (let ((least (last (sort-by (lambda (topic)
                                        (policy-decide evict (topic-facts (get topics topic) now)))
                                      (keys topics)
                                      >))))
            (keep-topics (remove-key topics least) now bound))))

    (define (topic-facts use now)
      {:age (inexact (- now (:last use))) :frequency (inexact (:uses use))
       :size (inexact (:size use))
       :cost 1.0 :lifetime (inexact (- now (:since use)))})

    (define (retry-delay attempt last-delay elapsed)
      "Milliseconds until the next attempt, by the policy retry: never negative, at most an hour."
      (let ((delay (policy-decide retry
                                  {:attempt (inexact attempt)
                                   :last-delay (inexact last-delay)
                                   :elapsed (inexact elapsed)
                                   :cost 1000.0})))
        (exact (round (max 0.0 (min 3600000.0 delay))))))))
