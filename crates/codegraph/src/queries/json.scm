(document (object (pair key: (_) @name) @definition.section))
(document (object (pair value: (object (pair key: (_) @name) @definition.section))))
(document (object (pair value: (object (pair value: (object (pair key: (_) @name) @definition.section))))))
(comment) @comment
(ERROR) @error
