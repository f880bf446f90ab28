; Which files of people are let in: what does not fit is not even fetched.
(define-library (genome policy media)
  (export media)
  (import (ouro base))
  (begin

    (define media
      "The media types that are let in, one as image/png or all of a kind as image/*; how many bytes a file has at most, and how many files a message."
      {:types ["image/*" "audio/*" "text/*" "application/pdf" "application/json"]
       :most-bytes 10000000
       :most-files 10})))
