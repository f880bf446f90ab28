; What the responder understands of time: zones, the clock, reminders and what is planned. Rules as those of responses.scm.
(define-library (genome turn timely)
  (export timely)
  (import (ouro base) (genome turn open) (genome turn planning) (genome turn reminders)
          (genome turn zones))
  (begin

    (define timely
      "Rules as those of responses.scm, tried after what teaches and before all others."
      [{:say ["my time zone is ?zone" "my timezone is ?zone" "set my time zone to ?zone"
              "set time zone to ?zone" "set timezone to ?zone" "set my timezone to ?zone"
              "time zone ?zone" "timezone ?zone" "I am in the time zone ?zone"]
        :do set-zone
        :open anything}
       {:say ["what is my time zone" "what's my time zone" "which time zone am I in" "time zone"
              "timezone" "my time zone"]
        :do tell-zone}
       {:say ["what time is it" "what time is it now" "what is the time" "what's the time" "time"
              "how late is it" "the time" "what time it is"]
        :do tell-time}
       {:say ["what time is it in ?place"
              "what is the time in ?place"
              "what's the time in ?place"
              "time in ?place"]
        :do tell-time-in}
       {:say ["what day is it" "what day is today" "what day is it today" "what is the date"
              "what's the date" "what date is it" "what is today's date" "what is the date today"
              "date" "today"]
        :do tell-day}
       {:say ["reminders" "show reminders" "show my reminders" "show me my reminders"
              "list my reminders" "my reminders" "list reminders" "what are my reminders"
              "which reminders do I have" "what is planned" "schedule" "agenda"]
        :do show-reminders}
       {:say ["cancel all reminders" "delete all my reminders" "cancel all my reminders"
              "cancel my reminders" "cancel all" "delete all reminders" "cancel everything"
              "remove all reminders" "clear reminders" "clear all reminders"]
        :do cancel-all
        :careful #t}
       {:say ["cancel reminder ?which" "cancel the reminder ?which" "delete reminder ?which"
              "remove reminder ?which" "cancel job ?which"
              "stop reminding me to ?which" "stop reminding me of ?which"
              "stop reminding me about ?which" "don't remind me to ?which"]
        :do cancel-entry}
       {:say ["cancel ?which"] :do cancel-entry :open anything}
       {:say ["do ?what every ?each"]
        :do (lambda (captured context)
              (plan-message {:when (string-append "every " (:each captured)) :what (:what captured)}
                            context))}
       {:say ["wake me up ?when" "wake me ?when" "set an alarm for ?when" "set an alarm ?when"
              "alarm ?when" "alarm for ?when"]
        :do wake}
       {:say ["snooze" "snooze ?span" "snooze for ?span" "remind me again in ?span"
              "again in ?span"]
        :do snooze
        :open anything}
       {:say ["set a timer for ?span" "timer for ?span" "start a timer for ?span" "timer ?span"
              "set timer for ?span" "set a ?span timer"]
        :do set-timer}
       {:say ["set a reminder for ?what"
              "set reminder for ?what"
              "make a reminder ?what"
              "create a reminder ?what"]
        :do remind}
       {:say ["remind me ?what"] :do remind :open anything}
       {:say ["don't forget to ?what" "set a reminder ?what"
              "set reminder ?what" "remember to ?what" "reminder: ?what"]
        :do remind}
       {:say ["?when remind me to ?what" "?when remind me that ?what" "?when remind me of ?what"
              "?when remind me about ?what" "?when remind me ?what"]
        :do remind-when}
       {:say ["every ?when, do ?what" "every ?when do ?what" "each ?when do ?what"]
        :do (lambda (captured context)
              (plan-message (update captured :when (lambda (when) (string-append "every " when)))
                            context))}
       {:say ["at ?when do ?what" "at ?when, do ?what"]
        :do (lambda (captured context)
              (plan-message (update captured :when (lambda (when) (string-append "at " when)))
                            context))}
       {:say ["in ?when do ?what" "in ?when, do ?what"]
        :do (lambda (captured context)
              (plan-message (update captured :when (lambda (when) (string-append "in " when)))
                            context))}])))
