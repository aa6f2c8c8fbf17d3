; Declarations
(create_table (object_reference name: (_) @name)) @definition.class
(create_view (object_reference name: (_) @name)) @definition.class
(create_materialized_view (object_reference name: (_) @name)) @definition.class
(create_type (object_reference name: (_) @name)) @definition.type
(create_function . (keyword_create) (object_reference name: (_) @name)) @definition.function
(create_trigger (keyword_trigger) . (object_reference name: (_) @name)) @definition.function
(column_definition name: (_) @name) @definition.variable

; Who defines a table, and who reads or writes it
(create_table (object_reference name: (_) @table.define))
(create_view (object_reference name: (_) @table.define))
(create_materialized_view (object_reference name: (_) @table.define))
(relation (object_reference name: (_) @table.read))
(insert (object_reference name: (_) @table.read))
(from (object_reference name: (_) @table.read))
(alter_table (object_reference name: (_) @table.read))
(create_index (object_reference name: (_) @table.read))

; Uses
(relation (object_reference name: (_) @reference))
(insert (object_reference name: (_) @reference))
(from (object_reference name: (_) @reference))
(alter_table (object_reference name: (_) @reference))
(create_index (object_reference name: (_) @reference))
(column_definition (keyword_references) . (object_reference name: (_) @reference))
(constraint (keyword_references) . (object_reference name: (_) @reference))
(create_trigger (keyword_on) . (object_reference name: (_) @reference))
(create_trigger (keyword_execute) (object_reference name: (_) @call) .)
(invocation (object_reference name: (_) @call))

; Words for people
(comment) @comment
(marginalia) @comment

(ERROR) @error
