; Responses about tasks: they wait in the cell's state, and the policy dispatch puts them in order.
(define-library (genome turn tasks)
  (export add-task add-urgent-task show-tasks finish-task)
  (import (ouro base) (genome turn reply) (genome turn plan))
  (begin

    (define urgent 5)

    (define (add-task captured context)
      "Adds a task of ordinary weight."
      (add captured context 1))

    (define (add-urgent-task captured context)
      "Adds a task that weighs more."
      (add captured context urgent))

    (define (show-tasks captured context)
      "Shows the tasks, the most pressing first."
      (let ((tasks (order-tasks (tasks-of context) (now-of context))))
        (reply context
          (if (null? tasks)
              "There are no tasks."
              (string-join (map (lambda (task number)
                                  (string-append (number->string number)
                                                 ". "
                                                 (:text task)
                                                 (mark task)))
                                tasks (iota (length tasks) 1))
                           "\n")))))

    (define (finish-task captured context)
      "Takes a task off, by its number in the order shown or by its words."
      (let* ((tasks (order-tasks (tasks-of context) (now-of context)))
             (number (string->number (:task captured)))
             (done (if (and number (exact-integer? number))
                       (and (<= 1 number (length tasks)) (list-ref tasks (- number 1)))
                       (find (lambda (task)
                               (string-contains (string-downcase (:text task))
                                                (string-downcase (:task captured))))
                             tasks))))
        (if done
            (reply-with context {:tasks (->persistent-vector (remove (lambda (task)
                                                                       (equal? task done))
                                                                     (tasks-of context)))}
                        (string-append "Done: " (:text done)))
            (reply-nothing context (string-append "There is no task " (:task captured) ".")))))

    (define (add captured context weight)
      (let ((task {:text (:task captured) :weight weight :added (now-of context)}))
        (reply-with context {:tasks (->persistent-vector (append (tasks-of context) (list task)))}
                    (string-append "Task: " (:task captured) (mark task)))))

    (define (mark task)
      (if (> (:weight task) 1) " (urgent)" ""))

    (define (tasks-of context)
      (->list (get (:state context) :tasks [])))))
