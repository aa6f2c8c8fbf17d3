; Declarations
(function_declaration name: (identifier) @name result: (_)? @returns) @definition.function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: (_) @owner))
  name: (field_identifier) @name
  result: (_)? @returns) @definition.method
(type_spec name: (type_identifier) @name type: (struct_type)) @definition.class
(type_spec name: (type_identifier) @name type: (interface_type)) @definition.interface
(type_spec name: (type_identifier) @name
  type: [(type_identifier) (qualified_type) (pointer_type) (slice_type) (array_type) (map_type)
    (channel_type) (function_type) (generic_type)]) @definition.type
(type_alias name: (type_identifier) @name) @definition.type
(method_elem name: (field_identifier) @name result: (_)? @returns) @definition.method
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.variable))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.variable)))

; A type that is embedded lends its methods
(field_declaration !name type: [(type_identifier) (qualified_type)] @extends)
(field_declaration !name type: (generic_type type: [(type_identifier) (qualified_type)] @extends))
(interface_type (type_elem . [(type_identifier) (qualified_type)] @extends .))

; Names that get a value
(method_declaration receiver: (parameter_list
  (parameter_declaration name: (identifier) @local type: (_) @type)))
(parameter_declaration name: (identifier) @local type: (_) @type)
(variadic_parameter_declaration name: (identifier) @local)
(var_spec name: (identifier) @local type: (_) @type)
(var_spec . name: (identifier) @local !type value: (expression_list . (_) @value .))
(short_var_declaration
  left: (expression_list . (identifier) @local .) right: (expression_list . (_) @value .))
(short_var_declaration
  left: (expression_list . (identifier) @local . (_)) right: (expression_list . (_) @value .))
(short_var_declaration left: (expression_list (_) . (identifier) @local))
(range_clause left: (expression_list (identifier) @local))
(receive_statement left: (expression_list (identifier) @local))
(type_switch_statement alias: (expression_list (identifier) @local))
(field_declaration name: (field_identifier) @member type: (_) @type)
(func_literal) @scope
(block) @scope
(if_statement) @scope
(for_statement) @scope
(expression_case) @scope
(type_case) @scope
(communication_case) @scope

; Uses
(call_expression function: (identifier) @call)
(call_expression function: (selector_expression operand: (_) @receiver field: (field_identifier) @call))
(call_expression function: (parenthesized_expression (identifier) @call))
(call_expression function: (type_instantiation_expression type: (type_identifier) @call))
(composite_literal type: [(type_identifier) (qualified_type)] @call)
(argument_list (identifier) @reference)
(argument_list (selector_expression operand: (_) @receiver field: (field_identifier) @reference))
(expression_list (identifier) @reference)
(expression_list (selector_expression operand: (_) @receiver field: (field_identifier) @reference))
(literal_element (identifier) @reference)
(literal_element (selector_expression operand: (_) @receiver field: (field_identifier) @reference))
(binary_expression (identifier) @reference)
(unary_expression operand: (identifier) @reference)
(parameter_declaration type: [(type_identifier) (qualified_type)] @reference)
(field_declaration name: (_) type: [(type_identifier) (qualified_type)] @reference)
(pointer_type [(type_identifier) (qualified_type)] @reference)
(slice_type element: [(type_identifier) (qualified_type)] @reference)
(map_type value: [(type_identifier) (qualified_type)] @reference)
(type_elem [(type_identifier) (qualified_type)] @reference)
(function_declaration result: [(type_identifier) (qualified_type)] @reference)
(method_declaration result: [(type_identifier) (qualified_type)] @reference)
(var_spec type: [(type_identifier) (qualified_type)] @reference)

(package_clause (package_identifier) @package)

; Imports
(import_spec) @import

; Words for people
(comment) @comment

; What others reach by name
(call_expression
  function: (selector_expression field: (field_identifier) @route.method)
  arguments: (argument_list . (interpreted_string_literal) @route.path . (_))
  (#any-of? @route.method "GET" "POST" "PUT" "PATCH" "DELETE" "HEAD" "OPTIONS")) @route
(call_expression
  function: (selector_expression operand: (_) @_client field: (field_identifier) @route.method)
  arguments: (argument_list . (interpreted_string_literal) @route.path)
  (#any-of? @_client "http" "client" "c.client")
  (#any-of? @route.method "Get" "Post" "Head" "Put" "Patch" "Delete")) @route @route.consumed
(call_expression
  function: (selector_expression field: (field_identifier) @_verb)
  arguments: (argument_list . (interpreted_string_literal) @subject.publish . (_))
  (#any-of? @_verb "Publish" "Request"))
(call_expression
  function: (selector_expression field: (field_identifier) @_verb)
  arguments: (argument_list . (interpreted_string_literal) @subject.subscribe . (_))
  (#any-of? @_verb "Subscribe" "QueueSubscribe"))

(ERROR) @error
