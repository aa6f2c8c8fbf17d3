; Declarations
(function_definition name: (word) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (declaration_command (variable_assignment name: (variable_name) @name) @definition.variable))

; Names that get a value
(function_definition body: (compound_statement
  (declaration_command ["local" "declare" "typeset"] (variable_assignment name: (variable_name) @local))))
(for_statement variable: (variable_name) @local)

; Uses
(command name: (command_name (word) @call))
(simple_expansion (variable_name) @reference)
(expansion (variable_name) @reference)

; Imports
(command name: (command_name (word) @_verb) . argument: (_) @import.module @import.wildcard
  (#any-of? @_verb "source" ".")) @import

; Words for people
(comment) @comment

(ERROR) @error
