; Declarations
(class_declaration name: (name) @name) @definition.class
(trait_declaration name: (name) @name) @definition.class
(interface_declaration name: (name) @name) @definition.interface
(enum_declaration name: (name) @name) @definition.enum
(enum_case name: (name) @name) @definition.constant
(function_definition name: (name) @name return_type: (_)? @returns) @definition.function
(method_declaration name: (name) @name return_type: (_)? @returns) @definition.method
(const_declaration (const_element . (name) @name)) @definition.constant
(property_declaration (property_element name: (variable_name (name) @name))) @definition.variable
(function_call_expression function: (name) @_define arguments: (arguments . (argument (string) @name))
  (#eq? @_define "define")) @definition.constant
(function_call_expression function: (name) @_test
  arguments: (arguments . (argument (string) @name) . (argument [(anonymous_function) (arrow_function)]))
  (#any-of? @_test "it" "test")) @definition.test
(class_declaration (base_clause [(name) (qualified_name)] @extends))
(interface_declaration (base_clause [(name) (qualified_name)] @extends))
(class_interface_clause [(name) (qualified_name)] @implements)
(use_declaration [(name) (qualified_name)] @implements)

; Names that get a value
(simple_parameter type: (_) @type name: (variable_name) @local)
(simple_parameter !type name: (variable_name) @local)
(variadic_parameter name: (variable_name) @local)
(assignment_expression left: (variable_name) @local right: (_) @value)
(foreach_statement (pair (variable_name) @local))
(foreach_statement (variable_name) (variable_name) @local)
(catch_clause type: (_) @type name: (variable_name) @local)
(property_declaration type: (_) @type (property_element name: (variable_name (name) @member)))
(property_declaration (static_modifier) type: (_) @type (property_element name: (variable_name) @member))
(property_promotion_parameter type: (_) @type name: (variable_name) @local)
(property_promotion_parameter type: (_) @type name: (variable_name (name) @member))
(assignment_expression
  left: (member_access_expression object: (variable_name) @receiver name: (name) @member) right: (_) @value)
(anonymous_function) @scope
(arrow_function) @scope

; Uses
(function_call_expression function: [(name) (qualified_name)] @call)
(member_call_expression object: (_) @receiver name: (name) @call)
(nullsafe_member_call_expression object: (_) @receiver name: (name) @call)
(scoped_call_expression scope: (_) @receiver name: (name) @call)
(object_creation_expression [(name) (qualified_name)] @call)
(class_constant_access_expression . [(name) (qualified_name)] @reference)
(class_constant_access_expression . (_) @receiver (name) @reference .)
(named_type [(name) (qualified_name)] @reference)
(attribute . [(name) (qualified_name)] @reference)
(binary_expression operator: "instanceof" right: [(name) (qualified_name)] @reference)

(namespace_definition name: (_) @package)

; Imports
(namespace_use_declaration) @import
(include_expression [(string) @import.module @import.wildcard
  (parenthesized_expression (string) @import.module @import.wildcard)]) @import
(include_once_expression [(string) @import.module @import.wildcard
  (parenthesized_expression (string) @import.module @import.wildcard)]) @import
(require_expression [(string) @import.module @import.wildcard
  (parenthesized_expression (string) @import.module @import.wildcard)]) @import
(require_once_expression [(string) @import.module @import.wildcard
  (parenthesized_expression (string) @import.module @import.wildcard)]) @import
(expression_statement (_ (binary_expression left: (_) @_here right: (string) @import.module @import.wildcard)
  @import) (#any-of? @_here "__DIR__" "dirname(__FILE__)"))
(expression_statement (_ (parenthesized_expression
  (binary_expression left: (_) @_here right: (string) @import.module @import.wildcard) @import))
  (#any-of? @_here "__DIR__" "dirname(__FILE__)"))

; Words for people
(comment) @comment

; What others reach by name
(scoped_call_expression
  scope: (name) @_router name: (name) @route.method
  arguments: (arguments . (argument [(string) (encapsed_string)] @route.path))
  (#eq? @_router "Route")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "options" "any")) @route
(member_call_expression
  object: (variable_name) @_router name: (name) @route.method
  arguments: (arguments . (argument [(string) (encapsed_string)] @route.path) . (argument))
  (#any-of? @_router "$app" "$router" "$group")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "options" "any")) @route
(method_declaration
  attributes: (attribute_list (attribute_group (attribute (name) @_route parameters: (arguments
    . (argument (string) @route.path)
    (argument name: (name) @_methods (array_creation_expression
      (array_element_initializer (string (string_content) @route.method))))))))
  name: (name) @name
  (#eq? @_route "Route") (#eq? @_methods "methods")) @route

(ERROR) @error
