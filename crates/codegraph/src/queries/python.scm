; Declarations
(class_definition name: (identifier) @name) @definition.class
(class_definition superclasses: (argument_list [(identifier) (attribute)] @extends))
(class_definition superclasses: (argument_list (subscript value: [(identifier) (attribute)] @extends)))
(function_definition name: (identifier) @name return_type: (type)? @returns) @definition.function
(module (expression_statement (assignment left: (identifier) @name) @definition.variable))
(type_alias_statement left: (type (identifier) @name)) @definition.type

; Names that get a value
(parameters (identifier) @local)
(lambda_parameters (identifier) @local)
(typed_parameter . (identifier) @local type: (type) @type)
(default_parameter name: (identifier) @local)
(typed_default_parameter name: (identifier) @local type: (type) @type)
(list_splat_pattern (identifier) @local)
(dictionary_splat_pattern (identifier) @local)
(assignment left: (identifier) @local !right type: (type) @type)
(assignment left: (identifier) @local type: (type) @type right: (_))
(assignment left: (identifier) @local right: (_) @value !type)
(assignment left: (attribute object: (identifier) @receiver attribute: (identifier) @member) right: (_) @value !type)
(assignment left: (attribute object: (identifier) @receiver attribute: (identifier) @member) type: (type) @type)
(pattern_list (identifier) @local)
(tuple_pattern (identifier) @local)
(list_pattern (identifier) @local)
(named_expression name: (identifier) @local value: (_) @value)
(for_statement left: (identifier) @local)
(for_in_clause left: (identifier) @local)
(as_pattern (_) @value alias: (as_pattern_target (identifier) @local))
(lambda) @scope
(list_comprehension) @scope
(set_comprehension) @scope
(dictionary_comprehension) @scope
(generator_expression) @scope

; Uses
(call function: (identifier) @call)
(call function: (attribute object: (_) @receiver attribute: (identifier) @call))
(decorator (identifier) @reference)
(decorator (attribute object: (_) @receiver attribute: (identifier) @reference))
(argument_list (identifier) @reference)
(argument_list (attribute object: (_) @receiver attribute: (identifier) @reference))
(keyword_argument value: (identifier) @reference)
(keyword_argument value: (attribute object: (_) @receiver attribute: (identifier) @reference))
(assignment right: (identifier) @reference)
(assignment right: (attribute object: (_) @receiver attribute: (identifier) @reference))
(return_statement (identifier) @reference)
(list (identifier) @reference)
(tuple (identifier) @reference)
(pair value: (identifier) @reference)
(type (identifier) @reference)
(type (attribute object: (_) @receiver attribute: (identifier) @reference))
(type (generic_type (identifier) @reference))

; Imports
(import_statement) @import
(import_from_statement) @import

; Words for people
(comment) @comment
(module . (expression_statement (string) @doc))
(class_definition body: (block . (expression_statement (string) @doc)))
(function_definition body: (block . (expression_statement (string) @doc)))

; What others reach by name
(decorated_definition
  (decorator (call
    function: (attribute attribute: (identifier) @route.method)
    arguments: (argument_list . (string) @route.path)))
  definition: (function_definition name: (identifier) @name)
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head" "options" "route" "websocket")) @route
(call
  function: (attribute object: (_) @_client attribute: (identifier) @route.method)
  arguments: (argument_list . (string) @route.path)
  (#any-of? @_client "requests" "httpx" "session" "client" "self.client" "self.session" "http")
  (#any-of? @route.method "get" "post" "put" "patch" "delete" "head")) @route @route.consumed
(call
  function: (attribute attribute: (identifier) @_verb)
  arguments: (argument_list . (string) @subject.publish)
  (#any-of? @_verb "publish" "basic_publish"))
(call
  function: (attribute attribute: (identifier) @_verb)
  arguments: (argument_list . (string) @subject.subscribe)
  (#any-of? @_verb "subscribe" "queue_subscribe"))
(class_definition body: (block (expression_statement
  (assignment left: (identifier) @_table right: (string) @table.define)
  (#eq? @_table "__tablename__"))))

(ERROR) @error
