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
(named_type [(name) (qualified_name)] @reference)
(attribute . [(name) (qualified_name)] @reference)
(binary_expression operator: "instanceof" right: [(name) (qualified_name)] @reference)

(namespace_definition name: (_) @package)

; Imports
(namespace_use_declaration) @import

; Words for people
(comment) @comment

; What others reach by name
(scoped_call_expression
  scope: (name) @_router name: (name) @route.method
  arguments: (arguments . (argument [(string) (encapsed_string)] @route.path))
  (#eq? @_router "Route")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "options" "any")) @route

(ERROR) @error
