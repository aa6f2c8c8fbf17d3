(class_declaration name: (identifier) @name) @definition.class
(class_heritage [(identifier) (member_expression)] @extends)
(formal_parameters (identifier) @local)
(variable_declarator name: (identifier) @local value: (_)? @value)
(field_definition property: [(property_identifier) (private_property_identifier)] @member value: (_)? @value)
