; Input and output, to and from the current ports unless another one is given (R7RS 6.13).
(define-library (ouro ports)
  (export current-input-port current-output-port current-error-port write display write-simple
          write-shared newline fresh-line write-char write-string write-u8 write-bytevector
          pretty-print write-line flush-output-port close-port close-input-port close-output-port
          read read-char peek-char char-ready? read-line read-string read-u8 peek-u8 u8-ready?
          read-bytevector read-bytevector! call-with-port call-with-output-string
          call-with-input-string with-output-to-string with-input-from-string)
  (import (ouro kernel) (ouro control))
  (begin

    (define current-output-port
      "The port that output goes to when none is given."
      (make-parameter (%standard-output)))

    (define current-error-port
      "The port for messages to the person."
      (make-parameter (%standard-error)))

    (define current-input-port
      "The port that input comes from when none is given."
      (make-parameter (%standard-input)))

    (define-syntax define-output
      (syntax-rules ()
        ((_ name doc native)
         (define name
           doc
           (case-lambda
             ((object) (native object (current-output-port)))
             ((object port) (native object port)))))))

    (define-output write
      "Writes the object as read would read it; with labels if it is circular."
      %write)
    (define-output display
      "Writes the object as a person would read it: strings and characters bare."
      %display)
    (define-output write-simple
      "Writes the object without labels: it must not be circular."
      %write-simple)
    (define-output write-shared
      "Writes the object with labels for every part that occurs twice."
      %write-shared)
    (define-output pretty-print "Writes the object over several lines, indented." %pretty-print)
    (define-output write-char "Writes the character." %write-char)
    (define-output write-u8 "Writes the byte." %write-u8)

    (define-syntax define-range-output
      (syntax-rules ()
        ((_ name doc native)
         (define name
           doc
           (case-lambda
             ((object) (native object (current-output-port)))
             ((object port . range) (apply native object port range)))))))

    (define-range-output write-string
      "Writes the characters of the string from start to end."
      %write-string)
    (define-range-output write-bytevector
      "Writes the bytes of the bytevector from start to end."
      %write-bytevector)

    (define-syntax define-port-procedure
      (syntax-rules ()
        ((_ name doc native default)
         (define name
           doc
           (case-lambda
             (() (native (default)))
             ((port) (native port)))))))

    (define-port-procedure newline "Ends the line." %newline current-output-port)
    (define-port-procedure fresh-line "Ends the line, unless nothing stands in it yet." %fresh-line
      current-output-port)
    (define-port-procedure read "The next datum." %read current-input-port)
    (define-port-procedure read-char "The next character, taken from the port." %read-char
      current-input-port)
    (define-port-procedure peek-char "The next character, left in the port." %peek-char
      current-input-port)
    (define-port-procedure char-ready? "Could a character be read without waiting?" %char-ready?
      current-input-port)
    (define-port-procedure read-line "The characters up to the end of the line, without it."
      %read-line current-input-port)
    (define-port-procedure read-u8 "The next byte, taken from the port." %read-u8
      current-input-port)
    (define-port-procedure peek-u8 "The next byte, left in the port." %peek-u8 current-input-port)
    (define-port-procedure u8-ready? "Could a byte be read without waiting?" %u8-ready?
      current-input-port)

    (define flush-output-port
      "Sees to it that nothing written is held back."
      (case-lambda
        (() (flush-output-port (current-output-port)))
        ((port)
         (%flush-output-port port)
         (deliver port #f))))

    (define (close-port port)
      "Closes the port; what was written to it goes where it belongs before."
      (if (output-port? port) (deliver port #t))
      (%close-port port))

    (define (close-output-port port)
      "Closes an output port; what was written to it goes where it belongs before."
      (if (output-port? port) (deliver port #t))
      (%close-output-port port))

    (define (close-input-port port)
      "Closes an input port."
      (%close-input-port port))

    ;; A port of a file hands over all that was written to it, as often as it is flushed.
    (define (deliver port is-last)
      (let ((receive (%delivery port)))
        (if (and receive (or is-last (%is-undelivered port)))
            (begin
              (receive (%content port) is-last)
              (%delivered! port)))))

    (define read-string
      "The next k characters, fewer if the port ends before."
      (case-lambda
        ((k) (%read-string k (current-input-port)))
        ((k port) (%read-string k port))))

    (define read-bytevector
      "The next k bytes, fewer if the port ends before."
      (case-lambda
        ((k) (%read-bytevector k (current-input-port)))
        ((k port) (%read-bytevector k port))))

    (define read-bytevector!
      "Reads bytes into the bytevector from start to end; gives their number."
      (case-lambda
        ((bytevector) (%read-bytevector! bytevector (current-input-port)))
        ((bytevector port . range) (apply %read-bytevector! bytevector port range))))

    (define write-line
      "Writes the object and ends the line."
      (case-lambda
        ((object) (write-line object (current-output-port)))
        ((object port) (%write object port) (%newline port))))

    (define (call-with-port port procedure)
      "Calls the procedure with the port and closes the port when it returns."
      (call-with-values (lambda () (procedure port))
        (lambda results
          (close-port port)
          (apply values results))))

    (define (call-with-output-string procedure)
      "The text that the procedure writes to the port it is called with."
      (let ((port (open-output-string)))
        (procedure port)
        (get-output-string port)))

    (define (call-with-input-string string procedure)
      "Calls the procedure with a port that reads the string."
      (procedure (open-input-string string)))

    (define (with-output-to-string thunk)
      "The text that the thunk writes to the current output port."
      (let ((port (open-output-string)))
        (parameterize ((current-output-port port)) (thunk))
        (get-output-string port)))

    (define (with-input-from-string string thunk)
      "Calls the thunk with the string as current input port."
      (parameterize ((current-input-port (open-input-string string))) (thunk)))))
