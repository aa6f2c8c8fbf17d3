(class_declaration name: (type_identifier) @name) @definition.class
(abstract_class_declaration name: (type_identifier) @name) @definition.class
(interface_declaration name: (type_identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(type_alias_declaration name: (type_identifier) @name) @definition.type
(internal_module name: [(identifier) (nested_identifier)] @name) @definition.module
(module name: [(identifier) (nested_identifier)] @name) @definition.module
(function_signature name: (identifier) @name return_type: (type_annotation)? @returns) @definition.function
(function_declaration name: (identifier) @name return_type: (type_annotation) @returns) @definition.function
(class_body (method_definition
  name: [(property_identifier) (private_property_identifier)] @name
  return_type: (type_annotation) @returns) @definition.method)
(abstract_method_signature name: (property_identifier) @name return_type: (type_annotation)? @returns) @definition.method
(method_signature name: (property_identifier) @name return_type: (type_annotation)? @returns) @definition.method
(variable_declarator
  name: (identifier) @name
  value: (arrow_function return_type: (type_annotation) @returns)) @definition.function
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name
  value: [(arrow_function) (function_expression)]) @definition.method
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name
  value: (arrow_function return_type: (type_annotation) @returns)) @definition.method

(extends_clause value: [(identifier) (member_expression)] @extends)
(extends_type_clause type: (_) @extends)
(implements_clause [(type_identifier) (nested_type_identifier) (generic_type)] @implements)

(required_parameter pattern: (identifier) @local !type)
(required_parameter pattern: (identifier) @local type: (type_annotation) @type)
(optional_parameter pattern: (identifier) @local !type)
(optional_parameter pattern: (identifier) @local type: (type_annotation) @type)
(required_parameter (accessibility_modifier) pattern: (identifier) @member type: (type_annotation) @type)
(variable_declarator name: (identifier) @local type: (type_annotation) @type)
(variable_declarator name: (identifier) @local !type value: (_) @value)
(variable_declarator name: (identifier) @local !type !value)
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @member type: (type_annotation) @type)
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @member !type value: (_)? @value)
(property_signature name: (property_identifier) @member type: (type_annotation) @type)
(type_parameter name: (type_identifier) @local !constraint)
(type_parameter name: (type_identifier) @local constraint: (constraint (_) @type))

; What functions take that are arguments
(function_declaration parameters: (formal_parameters) @import)
(function_signature parameters: (formal_parameters) @import)
(method_definition parameters: (formal_parameters) @import)
(method_signature parameters: (formal_parameters) @import)
(abstract_method_signature parameters: (formal_parameters) @import)
(variable_declarator value: (arrow_function parameters: (formal_parameters) @import))
(public_field_definition value: (arrow_function parameters: (formal_parameters) @import))

(type_identifier) @reference
(nested_type_identifier) @reference
(variable_declarator name: (identifier) value: [(as_expression . (object)) (satisfies_expression . (object))]) @import
