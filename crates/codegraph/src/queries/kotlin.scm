; Declarations
(class_declaration "class" name: (identifier) @name) @definition.class
(class_declaration "interface" name: (identifier) @name) @definition.interface
(object_declaration name: (identifier) @name) @definition.class
(enum_entry (identifier) @name) @definition.constant
(type_alias type: (identifier) @name) @definition.type
(function_declaration name: (identifier) @name (function_value_parameters)
  . [(user_type) (nullable_type)]? @returns) @definition.function
(function_declaration (user_type) @owner . name: (identifier) @name (function_value_parameters)
  . [(user_type) (nullable_type)]? @returns) @definition.function
(function_declaration name: (identifier) @name (function_value_parameters)
  . (function_body . (call_expression . (identifier) @returns)) (#match? @returns "^[A-Z]")) @definition.function
(class_parameter . ["val" "var"] @visibility (identifier) @name) @definition.variable
(class_parameter (modifiers (visibility_modifier)? @visibility) ["val" "var"] (identifier) @name) @definition.variable
(enum_class_body (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(source_file (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(class_body (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(delegation_specifier (constructor_invocation (user_type) @extends))
(delegation_specifier (user_type) @implements)
(delegation_specifier (explicit_delegation (user_type) @implements))

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
(property_declaration (variable_declaration . (identifier) @local .)
  . (property_delegate (call_expression . (identifier) @_lazy . (annotated_lambda (lambda_literal (_) @value .))))
  (#eq? @_lazy "lazy"))
(class_body (property_declaration (variable_declaration . (identifier) @member .)
  . (property_delegate (call_expression . (identifier) @_lazy . (annotated_lambda (lambda_literal (_) @value .)))))
  (#eq? @_lazy "lazy"))
(setter (identifier) @local)
(setter) @scope
(secondary_constructor) @scope
(lambda_literal) @scope
(anonymous_function) @scope
(for_statement) @scope
(when_entry) @scope
(block) @scope

; Uses
(call_expression . (identifier) @call)
(call_expression . (navigation_expression (_) @receiver (identifier) @call .))
(annotation (user_type (identifier) @reference))
(annotation (constructor_invocation (user_type (identifier) @reference)))
(user_type . (identifier) @reference .)
(user_type . (identifier) @reference . (type_arguments))
(value_argument (identifier) @reference)
(value_argument (navigation_expression (_) @receiver (identifier) @reference .))
(callable_reference . (identifier) @reference .)
(return_expression (navigation_expression (_) @receiver (identifier) @reference .))
(assignment right: (navigation_expression (_) @receiver (identifier) @reference .))
(binary_expression (navigation_expression (_) @receiver (identifier) @reference .))
(when_entry condition: (navigation_expression (_) @receiver (identifier) @reference .))
(property_declaration (navigation_expression (_) @receiver (identifier) @reference .))
(function_body (navigation_expression (_) @receiver (identifier) @reference .))

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
