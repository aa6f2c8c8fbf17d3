; Declarations
(class_declaration "class" name: (identifier) @name) @definition.class
(class_declaration "interface" name: (identifier) @name) @definition.interface
(object_declaration name: (identifier) @name) @definition.class
(enum_entry (identifier) @name) @definition.constant
(type_alias type: (identifier) @name) @definition.type
(function_declaration name: (identifier) @name) @definition.function
(source_file (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(class_body (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(delegation_specifier (constructor_invocation (user_type . (identifier) @extends .)))
(delegation_specifier (constructor_invocation (user_type . (identifier) @extends . (type_arguments))))
(delegation_specifier (user_type . (identifier) @implements .))
(delegation_specifier (user_type . (identifier) @implements . (type_arguments)))

; Names that get a value
(parameter (identifier) @local (user_type) @type)
(parameter (identifier) @local (nullable_type) @type)
(class_parameter (identifier) @member (user_type) @type)
(class_parameter (identifier) @local (user_type) @type)
(variable_declaration (identifier) @local (user_type) @type)
(property_declaration (variable_declaration . (identifier) @local .) . (_) @value)
(class_body (property_declaration (variable_declaration (identifier) @member (user_type) @type)))
(class_body (property_declaration (variable_declaration . (identifier) @member .) . (_) @value))
(lambda_parameters (variable_declaration (identifier) @local))
(for_statement (variable_declaration (identifier) @local))
(multi_variable_declaration (variable_declaration (identifier) @local))
(catch_block (identifier) @local (user_type) @type)
(lambda_literal) @scope
(anonymous_function) @scope
(for_statement) @scope
(when_entry) @scope
(block) @scope
(companion_object) @scope

; Uses
(call_expression . (identifier) @call)
(call_expression . (navigation_expression (_) @receiver (identifier) @call .))
(annotation (user_type (identifier) @reference))
(annotation (constructor_invocation (user_type (identifier) @reference)))
(user_type . (identifier) @reference .)
(user_type . (identifier) @reference . (type_arguments))
(value_argument (identifier) @reference)
(value_argument (navigation_expression (_) @receiver (identifier) @reference .))
(callable_reference (identifier) @reference .)

(package_header (qualified_identifier) @package)

; Imports
(import) @import

; Words for people
(line_comment) @comment
(block_comment) @comment

; What others reach by name
(function_declaration
  (modifiers (annotation (constructor_invocation (user_type (identifier) @route.method)
    (value_arguments . (value_argument (string_literal) @route.path)))))
  name: (identifier) @name
  (#any-of? @route.method "GetMapping" "PostMapping" "PutMapping" "PatchMapping" "DeleteMapping")) @route
(call_expression . (identifier) @route.method . (value_arguments . (value_argument (string_literal) @route.path))
  (#any-of? @route.method "get" "post" "put" "patch" "delete")) @route

(ERROR) @error
