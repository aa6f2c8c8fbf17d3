; Declarations
(function_definition type: (_) @returns declarator: (function_declarator declarator: (identifier) @name)
  (#not-any-of? @name "if" "for" "while" "switch")) @definition.function
(function_definition type: (_) @returns declarator: (pointer_declarator
  declarator: (function_declarator declarator: (identifier) @name))) @definition.function
(function_definition type: (_) @returns declarator: (pointer_declarator declarator: (pointer_declarator
  declarator: (function_declarator declarator: (identifier) @name)))) @definition.function
(struct_specifier name: (type_identifier) @name body: (_)) @definition.class
(union_specifier name: (type_identifier) @name body: (_)) @definition.class
(enum_specifier name: (type_identifier) @name body: (_)) @definition.enum
(enumerator name: (identifier) @name) @definition.constant
(type_definition declarator: (type_identifier) @name) @definition.type
(type_definition declarator: (pointer_declarator declarator: (type_identifier) @name)) @definition.type
(type_definition declarator: (pointer_declarator
  declarator: (pointer_declarator declarator: (type_identifier) @name))) @definition.type
(type_definition declarator: (array_declarator declarator: (type_identifier) @name)) @definition.type
(type_definition declarator: (function_declarator declarator: (parenthesized_declarator
  (pointer_declarator declarator: (type_identifier) @name)))) @definition.type
(type_definition declarator: (pointer_declarator declarator: (function_declarator
  declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name))))) @definition.type
(type_definition declarator: (function_declarator declarator: [(type_identifier) @name
  (parenthesized_declarator (type_identifier) @name)])) @definition.type
(type_definition declarator: (pointer_declarator
  declarator: (function_declarator declarator: (type_identifier) @name))) @definition.type
(type_definition declarator: (primitive_type) @name) @definition.type
(preproc_def name: (identifier) @name) @definition.constant
(preproc_function_def name: (identifier) @name) @definition.function
(translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
(translation_unit (declaration declarator: (identifier) @name) @definition.variable)
(translation_unit (declaration declarator: (init_declarator
  declarator: (array_declarator declarator: (identifier) @name))) @definition.variable)
(translation_unit (declaration declarator: (init_declarator
  declarator: (pointer_declarator declarator: (identifier) @name))) @definition.variable)

; Names that get a value
(parameter_declaration type: (_) @type declarator: (identifier) @local)
(parameter_declaration type: (_) @type declarator: (pointer_declarator declarator: (identifier) @local))
(parameter_declaration declarator: (array_declarator declarator: (identifier) @local))
(parameter_declaration declarator: (function_declarator declarator: (parenthesized_declarator
  (pointer_declarator declarator: (identifier) @local))))
(declaration type: (_) @type declarator: (identifier) @local)
(declaration type: (_) @type declarator: (init_declarator declarator: (identifier) @local))
(declaration type: (_) @type declarator: (pointer_declarator declarator: (identifier) @local))
(declaration type: (_) @type
  declarator: (init_declarator declarator: (pointer_declarator declarator: (identifier) @local)))
(declaration declarator: (array_declarator declarator: (identifier) @local))
(declaration declarator: (init_declarator declarator: (array_declarator declarator: (identifier) @local)))
(declaration declarator: (init_declarator declarator: (function_declarator
  declarator: (parenthesized_declarator (pointer_declarator declarator: (identifier) @local)))))
(compound_statement) @scope
(for_statement) @scope

; Uses
(call_expression function: (identifier) @call)
(call_expression function: (field_expression argument: (_) @receiver field: (field_identifier) @call))
(argument_list (identifier) @reference)
(initializer_list (identifier) @reference)
(initializer_pair value: (identifier) @reference)
(pointer_expression argument: (identifier) @reference)
(assignment_expression right: (identifier) @reference)
(init_declarator value: (identifier) @reference)
(return_statement (identifier) @reference)
(binary_expression (identifier) @reference)
(case_statement value: (identifier) @reference)
(parameter_declaration type: (type_identifier) @reference)
(declaration type: (type_identifier) @reference)
(field_declaration type: (type_identifier) @reference)
(function_definition type: (type_identifier) @reference)
(cast_expression type: (type_descriptor type: (type_identifier) @reference))
(struct_specifier name: (type_identifier) @reference !body)

; Imports
(preproc_include path: [(string_literal) (system_lib_string)]) @import

; Words for people
(comment) @comment

(ERROR) @error
