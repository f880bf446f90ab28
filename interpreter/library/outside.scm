; What R7RS-small has of the outside: every name is there, and refuses until a host grants the real procedure.
(define-library (ouro outside)
  (export call-with-input-file call-with-output-file with-input-from-file with-output-to-file
          delete-file file-exists? open-input-file open-output-file open-binary-input-file
          open-binary-output-file load interaction-environment command-line exit emergency-exit
          get-environment-variable get-environment-variables current-second current-jiffy
          jiffies-per-second)
  (import (ouro kernel) (ouro control))
  (begin

    (define (refuse name)
      (raise (condition :not-granted (string-append (symbol->string name)
                                                    " reaches outside, and nothing granted it here"))))

    (define (call-with-input-file path procedure)
      "Calls the procedure with a port that reads the characters of the file, and closes the port when it returns."
      (refuse 'call-with-input-file))

    (define (call-with-output-file path procedure)
      "Calls the procedure with a port that writes characters to the file, and closes the port when it returns."
      (refuse 'call-with-output-file))

    (define (with-input-from-file path thunk)
      "Calls the thunk with the file as current input port."
      (refuse 'with-input-from-file))

    (define (with-output-to-file path thunk)
      "Calls the thunk with the file as current output port."
      (refuse 'with-output-to-file))

    (define (delete-file path)
      "Removes the file."
      (refuse 'delete-file))

    (define (file-exists? path)
      "Is there a file or folder of this name?"
      (refuse 'file-exists?))

    (define (open-input-file path)
      "A port that reads the characters of the file."
      (refuse 'open-input-file))

    (define (open-output-file path)
      "A port that writes characters to the file, in place of what it held; the file has them when the port is flushed or closed."
      (refuse 'open-output-file))

    (define (open-binary-input-file path)
      "A port that reads the bytes of the file."
      (refuse 'open-binary-input-file))

    (define (open-binary-output-file path)
      "A port that writes bytes to the file, in place of what it held; the file has them when the port is flushed or closed."
      (refuse 'open-binary-output-file))

    (define (load path . environment)
      "Evaluates the forms of the file, in the interaction environment unless another one is given."
      (refuse 'load))

    (define (interaction-environment)
      "The environment in which a person's forms are evaluated."
      (refuse 'interaction-environment))

    (define (command-line)
      "A list of the program's name and the words given to it."
      (refuse 'command-line))

    (define (exit . status)
      "Runs the after-thunks of all dynamic-winds that are open and ends the program: with status 0 for #t or nothing, 1 for #f, else the integer."
      (refuse 'exit))

    (define (emergency-exit . status)
      "Ends the program at once, without any after-thunk."
      (refuse 'emergency-exit))

    (define (get-environment-variable name)
      "The text of the environment variable, or #f."
      (refuse 'get-environment-variable))

    (define (get-environment-variables)
      "All environment variables, as a list of pairs of strings."
      (refuse 'get-environment-variables))

    (define (current-second)
      "The time in seconds since the beginning of 1970, inexact."
      (refuse 'current-second))

    (define (current-jiffy)
      "The time in jiffies since some moment that stays the same while the program runs."
      (refuse 'current-jiffy))

    (define (jiffies-per-second)
      "How many jiffies make a second."
      (refuse 'jiffies-per-second))))
