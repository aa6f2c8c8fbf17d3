; Declarations
(create_table (object_reference name: (_) @name)) @definition.class
(create_view (object_reference name: (_) @name)) @definition.class
(create_materialized_view (object_reference name: (_) @name)) @definition.class
(create_type (object_reference name: (_) @name)) @definition.type
(create_type (object_reference name: (_) @name) (keyword_enum)) @definition.enum
(create_type (enum_elements enum_element: (_) @name @definition.constant))
(create_function . (keyword_create) (object_reference name: (_) @name)) @definition.function
(create_trigger (keyword_trigger) . (object_reference name: (_) @name)) @definition.function
(column_definition name: (_) @name) @definition.variable
; A column that is added later belongs to its table, too.
(alter_table (object_reference name: (_) @owner) (add_column)) @container

; Who defines a table, and who reads or writes it
(create_table (object_reference name: (_) @table.define))
(create_view (object_reference name: (_) @table.define))
(create_materialized_view (object_reference name: (_) @table.define))
(relation (object_reference name: (_) @table.read))
(insert (object_reference name: (_) @table.read))
(from (object_reference name: (_) @table.read))
(alter_table (object_reference name: (_) @table.read))
(create_index (object_reference name: (_) @table.read))

; Names that a statement gives
(relation (object_reference name: (_) @type) alias: (_) @local)
(cte . (identifier) @local)
(function_argument (identifier) @local)
(create_query) @scope
(statement [(select) (insert) (update) (delete)]) @scope

; Uses
(relation (object_reference name: (_) @reference))
(insert (object_reference name: (_) @reference))
(from (object_reference name: (_) @reference))
(alter_table (object_reference name: (_) @reference))
(create_index (object_reference name: (_) @reference))
(drop_table (object_reference name: (_) @reference))
(column_definition (keyword_references) . (object_reference name: (_) @reference))
(column_definition custom_type: (object_reference name: (_) @reference))
(constraint (keyword_references) . (object_reference name: (_) @reference))
(create_trigger (keyword_on) . (object_reference name: (_) @reference))
(create_trigger (keyword_execute) (object_reference name: (_) @call) .)
(field (object_reference name: (_) @receiver) name: (_) @reference)
(invocation (object_reference name: (_) @call)
  (#not-match? @call "^(?i)(avg|cast|coalesce|concat|count|date|length|lower|max|min|now|nullif|round|row_number|sum|trim|upper)$"))

; Words for people
(comment) @comment
(marginalia) @comment

(ERROR) @error
