; Declarations
(function_definition name: (word) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (declaration_command (variable_assignment name: (variable_name) @name) @definition.variable))

; Names that get a value
(declaration_command ["local" "declare" "typeset"] (variable_assignment name: (variable_name) @local))
(declaration_command ["local" "declare" "typeset"] (variable_name) @local)
(for_statement variable: (variable_name) @local)
(command name: (command_name (word) @_read) argument: (word) @local
  (#eq? @_read "read") (#not-match? @local "^-"))

; Uses
(simple_expansion (variable_name) @reference)
(expansion (variable_name) @reference)
(expansion (subscript name: (variable_name) @reference))

; Commands
(command name: (command_name)) @import

; Words for people
((comment) @comment (#not-match? @comment "^#!"))

(ERROR) @error
