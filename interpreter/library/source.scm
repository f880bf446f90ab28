; Lisp texts as data for programs: structural edits that keep comments and layout, by paths into the tree of a text.
(define-library (ouro source)
  (export parse-source source? source-text source-file source-node source-nodes source-find
          source-definitions source-name-path source-replace source-insert source-remove
          source-rename source-format)
  (import (ouro kernel))
  (begin

    ;; The text is the tree: every edit parses the text that it is given, and is charged for it.
    (define-record-type source
      (make-source text file)
      source?
      (text text-of)
      (file file-of))

    (define (parse-source text . file)
      "The source that the text spells, of a file by this name if one is given. Errors are the reader's: read-error, unexpected-end, nesting-too-deep."
      (let ((name (if (pair? file) (car file) "")))
        (%source-check text name)
        (make-source (string-copy text) (string-copy name))))

    (define (source-text source)
      "The text of the source: what was parsed, with each edit in it, and all else as it was."
      (string-copy (text-of source)))

    (define (source-file source)
      "The file name that positions of the source show."
      (string-copy (file-of source)))

    (define (source-node source path)
      "The datum at the path, as a map of :path, :kind, :text, :line and :column. A path counts data from 0: [1 0] is the first datum in the second form. Error: out-of-range."
      (%source-node (text-of source) (file-of source) path))

    (define (source-nodes source path)
      "A list of the data directly inside the one at the path, as source-node gives them; of the whole text for the path []."
      (%source-nodes (text-of source) (file-of source) path))

    (define (source-find source pattern)
      "A list of the data that fit the pattern, as source-node gives them. The pattern is the text of a datum in which _ fits anything, and ... after an element any number of further ones."
      (%source-find (text-of source) (file-of source) pattern))

    (define (source-definitions source)
      "A list of the definitions at the top level and in libraries, as source-node gives them, with :name and :form, such as define."
      (%source-definitions (text-of source) (file-of source)))

    (define (source-name-path source name)
      "The path of the name that the last definition of this name makes, as source-rename wants it; #f if there is none."
      (%source-name-path (text-of source) (file-of source) name))

    (define (source-replace source path text)
      "The source with the datum at the path replaced by the one that the text spells. Errors: out-of-range, bad-syntax and the reader's."
      (edited source (%source-replace (text-of source) (file-of source) path text)))

    (define (source-insert source path text)
      "The source with the data that the text spells put before the one at the path; a last index equal to the number of data there appends. Errors: as of source-replace."
      (edited source (%source-insert (text-of source) (file-of source) path text)))

    (define (source-remove source path)
      "The source without the datum at the path; comments stay. Errors: as of source-replace."
      (edited source (%source-remove (text-of source) (file-of source) path)))

    (define (source-rename source path name . libraries)
      "The source with the binding renamed that the symbol at the path makes or refers to, and nothing else. Texts of libraries that it imports follow, but for standard ones. Errors: no-binding, name-captured, wrong-type, bad-syntax, and those of expansion."
      (edited source (%source-rename (text-of source) (file-of source) path name libraries)))

    (define (source-format source)
      "The source laid out: only space changes."
      (edited source (%source-format (text-of source) (file-of source))))

    (define (edited source text)
      (make-source text (file-of source)))))
