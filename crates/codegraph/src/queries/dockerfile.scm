(from_instruction) @import
(from_instruction (image_spec) @depends)
(copy_instruction (param) @import)
(comment) @comment
(ERROR) @error
