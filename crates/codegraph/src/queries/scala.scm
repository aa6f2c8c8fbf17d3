; Declarations
(class_definition name: (identifier) @name) @definition.class
(object_definition name: (identifier) @name) @definition.class
(trait_definition name: (identifier) @name) @definition.interface
(enum_definition name: (identifier) @name) @definition.enum
(simple_enum_case name: (identifier) @name) @definition.constant
(full_enum_case name: (identifier) @name) @definition.constant
(type_definition name: (type_identifier) @name) @definition.type
(function_definition name: (identifier) @name return_type: (_)? @returns) @definition.function
(function_declaration name: (identifier) @name return_type: (_)? @returns) @definition.function
(template_body (val_definition pattern: (identifier) @name) @definition.variable)
(template_body (var_definition pattern: (identifier) @name) @definition.variable)
(template_body (val_declaration name: (identifier) @name) @definition.variable)
(compilation_unit (val_definition pattern: (identifier) @name) @definition.variable)
(extends_clause . type: [(type_identifier) (stable_type_identifier)] @extends)
(extends_clause . type: (generic_type type: (type_identifier) @extends))
(extends_clause type: (_) type: [(type_identifier) (stable_type_identifier)] @implements)
(extends_clause type: (_) type: (generic_type type: (type_identifier) @implements))

; Names that get a value
(parameter name: (identifier) @local type: (_) @type)
(class_parameter name: (identifier) @member type: (_) @type)
(class_parameter name: (identifier) @local type: (_) @type)
(lambda_expression parameters: (identifier) @local)
(bindings (binding name: (identifier) @local))
(val_definition pattern: (identifier) @local type: (_) @type)
(val_definition pattern: (identifier) @local !type value: (_) @value)
(var_definition pattern: (identifier) @local !type value: (_) @value)
(template_body (val_definition pattern: (identifier) @member type: (_) @type))
(template_body (val_definition pattern: (identifier) @member !type value: (_) @value))
(template_body (var_definition pattern: (identifier) @member type: (_) @type))
(case_clause pattern: (identifier) @local)
(case_clause pattern: (typed_pattern pattern: (identifier) @local type: (_) @type))
(case_class_pattern pattern: (identifier) @local)
(enumerator . (identifier) @local)
(tuple_pattern (identifier) @local)
(lambda_expression) @scope
(case_clause) @scope
(block) @scope
(for_expression) @scope

; Uses
(call_expression function: (identifier) @call)
(call_expression function: (field_expression value: (_) @receiver field: (identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(call_expression function: (generic_function
  function: (field_expression value: (_) @receiver field: (identifier) @call)))
(instance_expression . [(type_identifier) (stable_type_identifier)] @call)
(instance_expression . (generic_type type: (type_identifier) @call))
(parameter type: (type_identifier) @reference)
(class_parameter type: (type_identifier) @reference)
(function_definition return_type: (type_identifier) @reference)
(type_arguments (type_identifier) @reference)
(annotation name: (type_identifier) @reference)
(arguments (identifier) @reference)

(package_clause name: (_) @package)

; Imports
(import_declaration) @import

; Words for people
(comment) @comment
(block_comment) @comment

(ERROR) @error
