; What JavaScript and TypeScript share.

; Declarations
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(variable_declarator name: (identifier) @name value: (class)) @definition.class
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(class_body (method_definition name: [(property_identifier) (private_property_identifier)] @name) @definition.method)
; Of plain objects
(assignment_expression
  left: (member_expression property: (property_identifier))
  right: [(arrow_function) (function_expression) (generator_function) (object)]) @import
(variable_declarator name: (identifier) value: (object)) @import
; A function that is given may have a name, which is seen by itself alone.
(arguments (function_expression name: (identifier) @name) @definition.function)
(arguments (function_expression name: (identifier))) @scope
(call_expression
  function: (identifier) @_test
  arguments: (arguments . (string) @name . [(arrow_function) (function_expression)])
  (#any-of? @_test "it" "test")) @definition.test

; Names that get a value
(arrow_function) @scope
(function_expression) @scope
(generator_function) @scope
(method_definition) @scope
(catch_clause) @scope
(for_in_statement) @scope
(for_statement) @scope
(statement_block (lexical_declaration)) @scope
(switch_body (_ (lexical_declaration))) @scope
(arrow_function parameter: (identifier) @local)
(shorthand_property_identifier_pattern) @local
(pair_pattern value: (identifier) @local)
(array_pattern (identifier) @local)
(rest_pattern (identifier) @local)
(assignment_pattern left: (identifier) @local)
(catch_clause parameter: (identifier) @local)
(for_in_statement left: (identifier) @local)
(assignment_expression
  left: (member_expression object: (this) @receiver property: [(property_identifier) (private_property_identifier)] @member)
  right: (_) @value)

; The types of its parameters may be written where the function is declared that is called.
(arguments [(arrow_function) (function_expression)] @import)

; Uses
(call_expression function: (super) @call)
(call_expression function: (identifier) @call)
(call_expression function: (member_expression
  object: (_) @receiver property: [(property_identifier) (private_property_identifier)] @call))
(new_expression constructor: (identifier) @call)
(new_expression constructor: (member_expression object: (_) @receiver property: (property_identifier) @call))
(arguments (identifier) @reference)
(arguments (member_expression object: (_) @receiver property: (property_identifier) @reference))
(pair value: (identifier) @reference)
(shorthand_property_identifier) @reference
(return_statement (identifier) @reference)
(variable_declarator value: (identifier) @reference)
(assignment_expression right: (identifier) @reference)
(array (identifier) @reference)
(arrow_function body: (identifier) @reference)

; Imports, and what a file shows to others
(import_statement) @import
(export_statement) @import
(call_expression function: (import) arguments: (arguments . (string))) @import
(variable_declarator
  value: [(call_expression function: (identifier) @_require arguments: (arguments . (string)))
    (member_expression object: (call_expression function: (identifier) @_require arguments: (arguments . (string))))]
  (#eq? @_require "require")) @import
(assignment_expression
  left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (identifier)
  (#eq? @_module "module") (#eq? @_exports "exports")) @import

(comment) @comment

; What others reach by name
(call_expression
  function: (member_expression object: (identifier) @_app property: (property_identifier) @route.method)
  arguments: (arguments . (string) @route.path . (_))
  (#any-of? @_app "app" "router" "server" "api" "fastify" "routes")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head" "options" "all")) @route
(call_expression
  function: (identifier) @_fetch
  arguments: (arguments . [(string) (template_string)] @route.path .)
  (#eq? @_fetch "fetch")) @route @route.consumed
(call_expression
  function: (member_expression object: (identifier) @_client property: (property_identifier) @route.method)
  arguments: (arguments . [(string) (template_string)] @route.path)
  (#any-of? @_client "axios" "http" "client" "got" "ky")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head")) @route @route.consumed
(call_expression
  function: (member_expression property: (property_identifier) @_verb)
  arguments: (arguments . [(string) (template_string)] @subject.publish . (_))
  (#eq? @_verb "publish"))
(call_expression
  function: (member_expression property: (property_identifier) @_verb)
  arguments: (arguments . [(string) (template_string)] @subject.subscribe)
  (#eq? @_verb "subscribe"))

(ERROR) @error
