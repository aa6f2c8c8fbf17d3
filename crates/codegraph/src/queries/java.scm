; Declarations
(class_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(annotation_type_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(enum_constant name: (identifier) @name) @definition.constant
(method_declaration type: (_) @returns name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(compact_constructor_declaration name: (identifier) @name) @definition.method
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.variable
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.constant
(superclass [(type_identifier) (scoped_type_identifier)] @extends)
(superclass (generic_type . [(type_identifier) (scoped_type_identifier)] @extends))
(super_interfaces (type_list [(type_identifier) (scoped_type_identifier)] @implements))
(super_interfaces (type_list (generic_type . [(type_identifier) (scoped_type_identifier)] @implements)))
(extends_interfaces (type_list [(type_identifier) (scoped_type_identifier)] @extends))
(extends_interfaces (type_list (generic_type . [(type_identifier) (scoped_type_identifier)] @extends)))

; Names that get a value
(formal_parameter type: (_) @type name: (identifier) @local)
(spread_parameter (variable_declarator name: (identifier) @local))
(inferred_parameters (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(catch_formal_parameter name: (identifier) @local)
(local_variable_declaration type: (type_identifier) @_var
  declarator: (variable_declarator name: (identifier) @local value: (_) @value) (#eq? @_var "var"))
(local_variable_declaration type: (_) @type
  declarator: (variable_declarator name: (identifier) @local) (#not-eq? @type "var"))
(enhanced_for_statement type: (_) @type name: (identifier) @local)
(resource type: (_) @type name: (identifier) @local)
(instanceof_expression right: (_) @type name: (identifier) @local)
(field_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @member))
(record_declaration parameters: (formal_parameters
  (formal_parameter type: (_) @type name: (identifier) @member)))
(lambda_expression) @scope
(block) @scope
(for_statement) @scope
(enhanced_for_statement) @scope
(catch_clause) @scope
(try_with_resources_statement) @scope
(object_creation_expression (class_body)) @scope

; Uses
(method_invocation !object name: (identifier) @call)
(method_invocation object: (_) @receiver name: (identifier) @call)
(object_creation_expression type: [(type_identifier) (scoped_type_identifier)] @call)
(object_creation_expression type: (generic_type . [(type_identifier) (scoped_type_identifier)] @call))
(method_reference . (identifier) @receiver (identifier) @reference .)
(annotation name: [(identifier) (scoped_identifier)] @reference)
(marker_annotation name: [(identifier) (scoped_identifier)] @reference)
(formal_parameter type: [(type_identifier) (scoped_type_identifier)] @reference)
(field_declaration type: [(type_identifier) (scoped_type_identifier)] @reference)
(local_variable_declaration type: [(type_identifier) (scoped_type_identifier)] @reference)
(method_declaration type: [(type_identifier) (scoped_type_identifier)] @reference)
(generic_type . [(type_identifier) (scoped_type_identifier)] @reference)
(type_arguments [(type_identifier) (scoped_type_identifier)] @reference)
(cast_expression type: [(type_identifier) (scoped_type_identifier)] @reference)
(class_literal [(type_identifier) (scoped_type_identifier)] @reference)
(throws [(type_identifier) (scoped_type_identifier)] @reference)
(catch_type [(type_identifier) (scoped_type_identifier)] @reference)
(argument_list (identifier) @reference)
(argument_list (field_access object: (_) @receiver field: (identifier) @reference))

(package_declaration (_) @package)

; Imports
(import_declaration) @import

; Words for people
(line_comment) @comment
(block_comment) @comment

; What others reach by name
(method_declaration
  (modifiers (annotation name: (identifier) @route.method
    arguments: (annotation_argument_list . (string_literal) @route.path)))
  name: (identifier) @name
  (#any-of? @route.method "GetMapping" "PostMapping" "PutMapping" "PatchMapping" "DeleteMapping")) @route
(method_declaration
  (modifiers (annotation name: (identifier) @_listener
    arguments: (annotation_argument_list (element_value_pair value: (string_literal) @subject.subscribe))))
  (#any-of? @_listener "KafkaListener" "RabbitListener" "JmsListener"))

(ERROR) @error
