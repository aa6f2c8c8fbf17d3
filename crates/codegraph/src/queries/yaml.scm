; Keys, three levels deep
(document (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.section)))
(document (block_node (block_mapping (block_mapping_pair
  key: (_) @_key
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.section)))))
  (#not-eq? @_key "services"))
(document (block_node (block_mapping (block_mapping_pair
  key: (_) @_key
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.service)))))
  (#eq? @_key "services"))
(document (block_node (block_mapping (block_mapping_pair value: (block_node (block_mapping (block_mapping_pair value: (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.section))))))))
  (#not-any-of? @name "needs" "depends_on"))

; What a service or a job waits for
(block_mapping_pair
  key: (_) @_key
  value: (flow_node (plain_scalar (string_scalar) @depends))
  (#any-of? @_key "needs" "depends_on"))
(block_mapping_pair
  key: (_) @_key
  value: (flow_node (flow_sequence (flow_node (plain_scalar (string_scalar) @depends))))
  (#any-of? @_key "needs" "depends_on"))
(block_mapping_pair
  key: (_) @_key
  value: (block_node (block_sequence (block_sequence_item (flow_node (plain_scalar (string_scalar) @depends)))))
  (#any-of? @_key "needs" "depends_on"))
(block_mapping_pair
  key: (_) @_key
  value: (block_node (block_mapping (block_mapping_pair key: (flow_node (plain_scalar (string_scalar) @depends)))))
  (#any-of? @_key "needs" "depends_on"))

(comment) @comment
(ERROR) @error
