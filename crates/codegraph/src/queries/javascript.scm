(class_declaration name: (identifier) @name) @definition.class
(field_definition
  property: [(property_identifier) (private_property_identifier)] @name
  value: [(arrow_function) (function_expression)]) @definition.method
(class_heritage [(identifier) (member_expression)] @extends)
(formal_parameters (identifier) @local)
(variable_declarator name: (identifier) @local value: (_)? @value)
(field_definition property: [(property_identifier) (private_property_identifier)] @member value: (_)? @value)
