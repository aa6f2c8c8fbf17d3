; Declarations
(module name: [(constant) (scope_resolution)] @name) @definition.module
(class name: [(constant) (scope_resolution)] @name) @definition.class
(class superclass: (superclass [(constant) (scope_resolution)] @extends))
(method name: (_) @name) @definition.function
(singleton_method name: (_) @name) @definition.method
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
(block) @scope
(do_block) @scope
(lambda) @scope

; Uses
(call !receiver method: [(identifier) (constant)] @call)
(call receiver: (_) @receiver method: [(identifier) (constant)] @call)
(argument_list (constant) @reference)
(argument_list (scope_resolution) @reference)
(assignment right: [(constant) (scope_resolution)] @reference)
(exceptions [(constant) (scope_resolution)] @reference)
(array (constant) @reference)
(pair value: [(constant) (scope_resolution)] @reference)
(call receiver: [(constant) (scope_resolution)] @reference)

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
