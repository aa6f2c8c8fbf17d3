; Declarations
(message (message_name) @name) @definition.class
(enum (enum_name) @name) @definition.enum
(enum_field . (identifier) @name) @definition.constant
(service (service_name) @name) @definition.interface
(rpc (rpc_name) @name) @definition.method

; Uses
(message_or_enum_type) @reference

; Imports
(import path: (string) @import.module @import.wildcard) @import

; Words for people
(comment) @comment

(ERROR) @error
