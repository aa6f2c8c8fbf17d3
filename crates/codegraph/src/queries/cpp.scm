; Declarations
(namespace_definition name: (_) @name) @definition.module
(class_specifier name: [(type_identifier) (qualified_identifier)] @name body: (_)) @definition.class
(class_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.class
(struct_specifier name: [(type_identifier) (qualified_identifier)] @name body: (_)) @definition.class
(struct_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.class
(union_specifier name: (type_identifier) @name body: (_)) @definition.class
(enum_specifier name: (type_identifier) @name body: (_)) @definition.enum
(enumerator name: (identifier) @name) @definition.constant
(alias_declaration name: (type_identifier) @name) @definition.type
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
(concept_definition name: (identifier) @name) @definition.interface
(preproc_def name: (identifier) @name) @definition.constant
(preproc_function_def name: (identifier) @name) @definition.function
(base_class_clause [(type_identifier) (qualified_identifier)] @extends)
(base_class_clause (template_type name: (type_identifier) @extends))
(function_definition type: (_)? @returns declarator: (function_declarator
  declarator: [(identifier) (field_identifier) (destructor_name) (operator_name)] @name)
  (#not-any-of? @name "if" "for" "while" "switch")) @definition.function
(function_definition type: (_) @returns declarator: (pointer_declarator declarator: (function_declarator
  declarator: [(identifier) (field_identifier)] @name))) @definition.function
(function_definition type: (_) @returns declarator: (reference_declarator (function_declarator
  declarator: [(identifier) (field_identifier) (operator_name)] @name))) @definition.function
(function_definition type: (_)? @returns declarator: (function_declarator
  declarator: (qualified_identifier scope: (_) @owner
    name: [(identifier) (destructor_name) (operator_name)] @name))) @definition.function
(function_definition type: (_) @returns declarator: (pointer_declarator declarator: (function_declarator
  declarator: (qualified_identifier scope: (_) @owner name: (identifier) @name)))) @definition.function
(function_definition type: (_) @returns declarator: (reference_declarator (function_declarator
  declarator: (qualified_identifier scope: (_) @owner name: [(identifier) (operator_name)] @name)))) @definition.function
(function_definition declarator: (function_declarator
  declarator: (qualified_identifier scope: (_)
    name: (qualified_identifier scope: (_) @owner
      name: [(identifier) (destructor_name) (operator_name)] @name)))) @definition.function
(translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
(declaration_list (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)

; Names that get a value
(parameter_declaration type: (_) @type declarator: (identifier) @local)
(parameter_declaration type: (_) @type declarator: (pointer_declarator declarator: (identifier) @local))
(parameter_declaration type: (_) @type declarator: (reference_declarator (identifier) @local))
(optional_parameter_declaration type: (_) @type declarator: (identifier) @local)
(parameter_declaration declarator: (array_declarator declarator: (identifier) @local))
(declaration type: (_) @type declarator: (identifier) @local)
(declaration type: (_) @type declarator: (init_declarator declarator: (identifier) @local
  value: [(argument_list) (initializer_list)]))
(declaration type: (placeholder_type_specifier)
  declarator: (init_declarator declarator: (identifier) @local value: (_) @value))
(declaration type: [(type_identifier) (qualified_identifier) (template_type) (primitive_type)] @type
  declarator: (init_declarator declarator: (identifier) @local))
(declaration type: (_) @type declarator: (pointer_declarator declarator: (identifier) @local))
(declaration type: (_) @type
  declarator: (init_declarator declarator: (pointer_declarator declarator: (identifier) @local)))
(declaration type: (_) @type
  declarator: (init_declarator declarator: (reference_declarator (identifier) @local)))
(for_range_loop declarator: (identifier) @local)
(for_range_loop declarator: (reference_declarator (identifier) @local))
(structured_binding_declarator (identifier) @local)
(field_declaration type: (_) @type declarator: (field_identifier) @member)
(field_declaration type: (_) @type declarator: (pointer_declarator declarator: (field_identifier) @member))
(field_declaration type: (_) @type declarator: (reference_declarator (field_identifier) @member))
(lambda_expression) @scope
(compound_statement) @scope
(for_statement) @scope
(for_range_loop) @scope

; Uses
(call_expression function: [(identifier) (qualified_identifier)] @call)
(call_expression function: (template_function name: (identifier) @call))
(call_expression function: (field_expression argument: (_) @receiver field: (field_identifier) @call))
(call_expression function: (field_expression argument: (_) @receiver
  field: (template_method name: (field_identifier) @call)))
(new_expression type: [(type_identifier) (qualified_identifier)] @call)
(new_expression type: (template_type name: (type_identifier) @call))
(argument_list (identifier) @reference)
(argument_list (qualified_identifier) @reference)
(initializer_list (identifier) @reference)
(pointer_expression argument: [(identifier) (qualified_identifier)] @reference)
(assignment_expression right: [(identifier) (qualified_identifier)] @reference)
(return_statement [(identifier) (qualified_identifier)] @reference)
(binary_expression [(identifier) (qualified_identifier)] @reference)
(case_statement value: [(identifier) (qualified_identifier)] @reference)
(parameter_declaration type: [(type_identifier) (qualified_identifier)] @reference)
(declaration type: [(type_identifier) (qualified_identifier)] @reference)
(field_declaration type: [(type_identifier) (qualified_identifier)] @reference)
(function_definition type: [(type_identifier) (qualified_identifier)] @reference)
(template_argument_list (type_descriptor type: [(type_identifier) (qualified_identifier)] @reference))

; Imports
(preproc_include path: [(string_literal) (system_lib_string)]) @import
(using_declaration) @import

; Words for people
(comment) @comment

(ERROR) @error
