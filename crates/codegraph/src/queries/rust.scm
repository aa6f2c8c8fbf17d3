; Declarations
(mod_item name: (identifier) @name body: (_)) @definition.module
(struct_item name: (type_identifier) @name) @definition.class
(union_item name: (type_identifier) @name) @definition.class
(enum_item name: (type_identifier) @name) @definition.enum
(enum_variant name: (identifier) @name) @definition.constant
(trait_item name: (type_identifier) @name) @definition.interface
(trait_item bounds: (trait_bounds [(type_identifier) (scoped_type_identifier)] @extends))
(trait_item bounds: (trait_bounds (generic_type type: [(type_identifier) (scoped_type_identifier)] @extends)))
(type_item name: (type_identifier) @name) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(function_item name: (identifier) @name return_type: (_)? @returns) @definition.function
(function_signature_item name: (identifier) @name return_type: (_)? @returns) @definition.function
(macro_definition name: (identifier) @name) @definition.function
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.variable
(impl_item type: (_) @owner) @container
(impl_item trait: [(type_identifier) (scoped_type_identifier)] @implements)
(impl_item trait: (generic_type type: [(type_identifier) (scoped_type_identifier)] @implements))

; Names that get a value
(parameter pattern: (identifier) @local type: (_) @type)
(parameter pattern: (mut_pattern (identifier) @local) type: (_) @type)
(const_parameter name: (identifier) @local)
(closure_parameters (identifier) @local)
(let_declaration pattern: (identifier) @local !type !value)
(let_declaration pattern: (identifier) @local type: (_) @type)
(let_declaration pattern: (identifier) @local !type value: (_) @value)
(let_condition pattern: (identifier) @local)
(for_expression pattern: (identifier) @local)
(captured_pattern . (identifier) @local)
(match_pattern . (identifier) @local)
(tuple_pattern (identifier) @local)
(slice_pattern (identifier) @local)
(ref_pattern (identifier) @local)
(mut_pattern (identifier) @local)
(reference_pattern (identifier) @local)
(or_pattern (identifier) @local)
(tuple_struct_pattern type: (_) (identifier) @local)
(field_pattern name: (shorthand_field_identifier) @local)
(field_pattern pattern: (identifier) @local)
(field_declaration name: (field_identifier) @member type: (_) @type)
(closure_expression) @scope
(block) @scope
(match_arm) @scope
(for_expression) @scope
(if_expression) @scope
(while_expression) @scope

; Uses
(call_expression function: [(identifier) (scoped_identifier)] @call)
(call_expression function: (field_expression value: (_) @receiver field: (field_identifier) @call))
(call_expression function: (generic_function function: [(identifier) (scoped_identifier)] @call))
(call_expression function: (generic_function
  function: (field_expression value: (_) @receiver field: (field_identifier) @call)))
(struct_expression name: [(type_identifier) (scoped_type_identifier)] @call)
(macro_invocation macro: [(identifier) (scoped_identifier)] @call)
(arguments [(identifier) (scoped_identifier)] @reference)
(field_initializer value: [(identifier) (scoped_identifier)] @reference)
(parameter type: (_) @reference)
(field_declaration type: (_) @reference)
(ordered_field_declaration_list type: (_) @reference)
(function_item return_type: (_) @reference)
(type_arguments [(type_identifier) (scoped_type_identifier)] @reference)
(trait_bounds [(type_identifier) (scoped_type_identifier)] @reference)
(reference_type type: [(type_identifier) (scoped_type_identifier)] @reference)
(let_declaration value: [(identifier) (scoped_identifier)] @reference)
(let_declaration value: (reference_expression value: [(identifier) (scoped_identifier)] @reference))
(tuple_struct_pattern type: (scoped_identifier) @reference)
(match_pattern (scoped_identifier) @reference)
(struct_pattern type: [(type_identifier) (scoped_type_identifier)] @reference)
(match_arm value: (scoped_identifier) @reference)
(binary_expression [(identifier) (scoped_identifier)] @reference)

; What a macro is given is not parsed: a name before a parenthesis is a call, if no path and no
; value comes before it.
(token_tree
  ["(" "[" "{" "," "=" "==" "!=" "=>" "&" "&&" "||" "!" ";" ":" "<" ">" "+" "-" "*"]
  . (identifier) @call . (token_tree . "("))
(token_tree
  ["(" "[" "{" "," "=" "==" "!=" "=>" "&" "&&" "||" "!" ";" ":" "<" ">" "+" "-" "*"]
  . [(identifier) (self)] @receiver . ["." "::"] . (identifier) @call . (token_tree . "("))

; Imports
(use_declaration) @import
(mod_item !body) @import

; Words for people
(line_comment) @comment
(block_comment) @comment

; What others reach by name
(attribute_item
  (attribute (identifier) @route.method
    arguments: (token_tree . "(" . (string_literal) @route.path))
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head" "options")) @route
(call_expression
  function: (field_expression field: (field_identifier) @_route)
  arguments: (arguments . (string_literal) @route.path . (call_expression
    function: [(identifier) @route.method (scoped_identifier name: (identifier) @route.method)]))
  (#eq? @_route "route")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head" "any")) @route
(call_expression
  function: (field_expression value: (_) @_client field: (field_identifier) @route.method)
  arguments: (arguments . (string_literal) @route.path)
  (#any-of? @_client "client" "self.client" "http" "self.http" "reqwest")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head")) @route @route.consumed
(call_expression
  function: (field_expression field: (field_identifier) @_verb)
  arguments: (arguments . (string_literal) @subject.publish)
  (#any-of? @_verb "publish"))
(call_expression
  function: (field_expression field: (field_identifier) @_verb)
  arguments: (arguments . (string_literal) @subject.subscribe)
  (#any-of? @_verb "subscribe" "queue_subscribe"))

(ERROR) @error
