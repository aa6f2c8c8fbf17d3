; Declarations
(module name: (constant) @name) @definition.module
(module name: (scope_resolution scope: (_)? @owner name: (_) @name)) @definition.module
(class name: (constant) @name) @definition.class
(class name: (scope_resolution scope: (_)? @owner name: (_) @name)) @definition.class
(class superclass: (superclass [(constant) (scope_resolution)] @extends))
(method name: (_) @name) @definition.function
; `private` says nothing of the methods of the class itself.
(singleton_method object: (_) @visibility name: (_) @name) @definition.method
(call !receiver method: (identifier) @_attribute arguments: (argument_list (simple_symbol) @name @definition.method)
  (#any-of? @_attribute "attr_reader" "attr_writer" "attr_accessor"))
(call !receiver method: (identifier) @_test arguments: (argument_list . (string) @name) block: (_)
  (#any-of? @_test "it" "specify" "scenario" "test")) @definition.test
(body_statement (identifier) @section (#any-of? @section "public" "protected" "private"))
(program (assignment left: (constant) @name) @definition.constant)
(body_statement (assignment left: (constant) @name) @definition.constant)
(call !receiver method: (identifier) @_mixes arguments: (argument_list [(constant) (scope_resolution)] @implements)
  (#any-of? @_mixes "include" "extend" "prepend"))

; Names that get a value
(method_parameters (identifier) @local)
(method_parameters [(optional_parameter name: (identifier) @local) (splat_parameter name: (identifier) @local)
  (hash_splat_parameter name: (identifier) @local) (keyword_parameter name: (identifier) @local)
  (block_parameter name: (identifier) @local)])
(block_parameters (identifier) @local)
(lambda_parameters (identifier) @local)
(destructured_parameter (identifier) @local)
(assignment left: (identifier) @local right: (_) @value)
(operator_assignment left: (identifier) @local)
(left_assignment_list (identifier) @local)
(exception_variable (identifier) @local)
(for pattern: (identifier) @local)
(assignment left: (instance_variable) @member right: (_) @value)
(operator_assignment left: (instance_variable) @member right: (_) @value)
(block) @scope
(do_block) @scope
(lambda) @scope

; Uses
(call !receiver method: [(identifier) (constant)] @call
  (#not-any-of? @call "require" "require_relative" "load" "attr_reader" "attr_writer" "attr_accessor"
    "include" "extend" "prepend" "private" "protected" "public" "describe" "context" "it" "specify" "scenario"))
(call receiver: (_) @receiver method: [(identifier) (constant)] @call (#not-eq? @call "new"))
(call receiver: [(constant) (scope_resolution)] @call method: (identifier) @_new (#eq? @_new "new"))
(call receiver: [(identifier) (call) (instance_variable) (self)] @receiver method: (identifier) @call
  (#eq? @call "new"))
(call receiver: [(constant) (scope_resolution)] @reference method: (_) @_called (#not-eq? @_called "new"))
(argument_list [(constant) (scope_resolution)] @reference)
(assignment right: [(constant) (scope_resolution)] @reference)
(exceptions [(constant) (scope_resolution)] @reference)
(array [(constant) (scope_resolution)] @reference)
(pair value: [(constant) (scope_resolution)] @reference)
(when pattern: (pattern [(constant) (scope_resolution)] @reference))
; A name alone is a local or a method.
(call receiver: (identifier) @reference)
(body_statement (identifier) @reference (#not-any-of? @reference "private" "protected" "public"))
(block_body (identifier) @reference)
(then (identifier) @reference)
(else (identifier) @reference)
(argument_list (identifier) @reference)
(array (identifier) @reference)
(interpolation (identifier) @reference)
(parenthesized_statements (identifier) @reference)
(binary (identifier) @reference)
(unary (identifier) @reference)
(if_modifier (identifier) @reference)
(unless_modifier (identifier) @reference)
(conditional (identifier) @reference)
(if condition: (identifier) @reference)
(unless condition: (identifier) @reference)
(case value: (identifier) @reference)
(singleton_method body: (identifier) @reference)
(method body: (identifier) @reference)
(assignment right: (identifier) @reference)
(operator_assignment right: (identifier) @reference)
(pair value: (identifier) @reference)
(element_reference object: (identifier) @reference)

; Imports
(call !receiver method: (identifier) @_verb arguments: (argument_list . (string) @import.module @import.wildcard .)
  (#any-of? @_verb "require" "require_relative" "load")) @import

; Words for people
(comment) @comment

; What others reach by name
(program (call !receiver method: (identifier) @route.method arguments: (argument_list . (string) @route.path)
  (#any-of? @route.method "get" "post" "put" "patch" "delete")) @route)
(do_block body: (body_statement (call !receiver method: (identifier) @route.method
  arguments: (argument_list . (string) @route.path)
  (#any-of? @route.method "get" "post" "put" "patch" "delete")) @route))

(ERROR) @error
