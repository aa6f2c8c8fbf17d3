; Declarations
(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)
(class_declaration name: (identifier) @name) @definition.class
(struct_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(enum_member_declaration name: (identifier) @name) @definition.constant
(delegate_declaration name: (identifier) @name) @definition.type
(method_declaration returns: (_) @returns name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(destructor_declaration) @import
(local_function_statement type: (_) @returns name: (identifier) @name) @definition.function
(property_declaration name: (identifier) @name) @definition.variable
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.variable
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.variable
(class_declaration (base_list [(identifier) (qualified_name)] @extends))
(class_declaration (base_list (generic_name (identifier) @extends)))
(struct_declaration (base_list [(identifier) (qualified_name)] @implements))
(record_declaration (base_list [(identifier) (qualified_name)] @extends))
(interface_declaration (base_list [(identifier) (qualified_name)] @extends))
(interface_declaration (base_list (generic_name (identifier) @extends)))

; Names that get a value
(parameter type: (_) @type name: (identifier) @local)
(parameter !type name: (identifier) @local)
(lambda_expression parameters: (implicit_parameter) @local)
(local_declaration_statement (variable_declaration type: (implicit_type)
  (variable_declarator name: (identifier) @local . (_) @value)))
(local_declaration_statement (variable_declaration type: (_) @type
  (variable_declarator name: (identifier) @local)) (#not-eq? @type "var"))
(foreach_statement type: (_) @type left: (identifier) @local)
(catch_declaration type: (_) @type name: (identifier) @local)
(declaration_expression name: (identifier) @local)
(declaration_pattern type: (_) @type name: (identifier) @local)
(property_declaration type: (_) @type name: (identifier) @member)
(field_declaration (variable_declaration type: (_) @type (variable_declarator name: (identifier) @member)))
(lambda_expression) @scope
(block) @scope
(for_statement) @scope
(foreach_statement) @scope
(catch_clause) @scope
(using_statement) @scope

; Uses
(invocation_expression function: (identifier) @call)
(invocation_expression function: (generic_name . (identifier) @call))
(invocation_expression function: (member_access_expression expression: (_) @receiver name: (identifier) @call))
(invocation_expression function: (member_access_expression expression: (_) @receiver
  name: (generic_name . (identifier) @call)))
(object_creation_expression type: [(identifier) (qualified_name)] @call)
(object_creation_expression type: (generic_name . (identifier) @call))
(attribute name: (_) @reference)
(parameter type: [(identifier) (qualified_name)] @reference)
(variable_declaration type: [(identifier) (qualified_name)] @reference)
(property_declaration type: [(identifier) (qualified_name)] @reference)
(method_declaration returns: [(identifier) (qualified_name)] @reference)
(type_argument_list [(identifier) (qualified_name)] @reference)
(generic_name . (identifier) @reference)
(cast_expression type: [(identifier) (qualified_name)] @reference)
(typeof_expression type: (_) @reference)
(argument (identifier) @reference)
(argument (member_access_expression expression: (_) @receiver name: (identifier) @reference))

; Imports
(using_directive) @import

; Words for people
(comment) @comment

; What others reach by name
(method_declaration
  (attribute_list (attribute name: (identifier) @route.method
    (attribute_argument_list . (attribute_argument (string_literal) @route.path))))
  name: (identifier) @name
  (#any-of? @route.method "HttpGet" "HttpPost" "HttpPut" "HttpPatch" "HttpDelete" "HttpHead")) @route
(invocation_expression
  function: (member_access_expression name: (identifier) @route.method)
  arguments: (argument_list . (argument (string_literal) @route.path) . (argument))
  (#any-of? @route.method "MapGet" "MapPost" "MapPut" "MapPatch" "MapDelete")) @route

(ERROR) @error
