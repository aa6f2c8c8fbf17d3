; Declarations
(class_declaration declaration_kind: ["class" "struct" "actor"] name: (type_identifier) @name) @definition.class
(class_declaration declaration_kind: "enum" name: (type_identifier) @name) @definition.enum
(class_declaration declaration_kind: "extension" name: (user_type) @owner) @container
(protocol_declaration name: (type_identifier) @name) @definition.interface
(typealias_declaration . name: (type_identifier) @name) @definition.type
(enum_entry name: (simple_identifier) @name) @definition.constant
(function_declaration name: (simple_identifier) @name) @definition.function
(protocol_function_declaration name: (simple_identifier) @name) @definition.method
(init_declaration "init" @name) @definition.method
(source_file (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.variable)
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.variable)
(inheritance_specifier inherits_from: (user_type . (type_identifier) @extends .))
(inheritance_specifier inherits_from: (user_type . (type_identifier) @extends . (type_arguments)))

; Names that get a value
(parameter name: (simple_identifier) @local . ":" . (_) @type)
(property_declaration
  name: (pattern bound_identifier: (simple_identifier) @local) (type_annotation (user_type) @type))
(property_declaration name: (pattern bound_identifier: (simple_identifier) @local) . value: (_) @value)
(class_body (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @member) (type_annotation (user_type) @type)))
(class_body (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @member) . value: (_) @value))
(for_statement item: (pattern bound_identifier: (simple_identifier) @local))
(lambda_parameter name: (simple_identifier) @local)
(if_statement bound_identifier: (simple_identifier) @local)
(guard_statement bound_identifier: (simple_identifier) @local)
(lambda_literal) @scope
(for_statement) @scope
(if_statement) @scope

; Uses
(call_expression . (simple_identifier) @call)
(call_expression . (navigation_expression
  target: (_) @receiver suffix: (navigation_suffix suffix: (simple_identifier) @call)))
(user_type . (type_identifier) @reference .)
(user_type . (type_identifier) @reference . (type_arguments))
(value_argument value: (simple_identifier) @reference)
(value_argument value: (navigation_expression
  target: (_) @receiver suffix: (navigation_suffix suffix: (simple_identifier) @reference)))

; Imports
(import_declaration (identifier) @import.module @import.wildcard) @import

; Words for people
(comment) @comment
(multiline_comment) @comment

(ERROR) @error
