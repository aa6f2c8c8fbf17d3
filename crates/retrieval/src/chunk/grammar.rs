//! What a definition is in each language: the one table to extend for a new one.

use crate::extract::Language;

/// How a language's syntax tree shows its definitions.
pub(super) struct Grammar {
    pub language: tree_sitter::Language,
    pub definitions: &'static [Definition],
    /// Structured text is cut anywhere between two values, source code only between lines.
    pub is_structured_text: bool,
}

/// A kind of node, the word before its name in a heading, and where the name stands.
pub(super) struct Definition(pub &'static str, pub &'static str, pub Name);

pub(super) enum Name {
    /// In the field `name`.
    Field,
    /// In the field `name`, if the value is a function or a class.
    OfFunction,
    /// A type, and the trait it implements.
    Implementation,
    /// After the receiver.
    Method,
    /// Inside the declarator, around which pointers, arrays and parameters are written.
    Declarator,
    /// The key of a pair.
    Key,
    /// The first child: the key of a TOML pair or table.
    FirstChild,
}

use Name::{Declarator, Field, FirstChild, Implementation, Key, Method, OfFunction};

/// Nodes around a definition that begin where it begins to the reader.
pub(super) const WRAPPERS: &[&str] = &[
    "decorated_definition",
    "export_statement",
    "lexical_declaration",
    "template_declaration",
    "type_declaration",
    "type_definition",
    "variable_declaration",
];

/// Nodes that belong to the definition after them.
pub(super) fn leads(kind: &str) -> bool {
    kind.ends_with("comment")
        || matches!(kind, "attribute_item" | "attribute_list" | "decorator" | "annotation")
}

const RUST: &[Definition] = &[
    Definition("function_item", "fn", Field),
    Definition("function_signature_item", "fn", Field),
    Definition("struct_item", "struct", Field),
    Definition("enum_item", "enum", Field),
    Definition("union_item", "union", Field),
    Definition("trait_item", "trait", Field),
    Definition("impl_item", "impl", Implementation),
    Definition("mod_item", "mod", Field),
    Definition("macro_definition", "macro", Field),
    Definition("const_item", "const", Field),
    Definition("static_item", "static", Field),
    Definition("type_item", "type", Field),
];

const PYTHON: &[Definition] = &[
    Definition("class_definition", "class", Field),
    Definition("function_definition", "def", Field),
];

const SCRIPT: &[Definition] = &[
    Definition("abstract_class_declaration", "class", Field),
    Definition("class_declaration", "class", Field),
    Definition("function_declaration", "function", Field),
    Definition("generator_function_declaration", "function", Field),
    Definition("interface_declaration", "interface", Field),
    Definition("enum_declaration", "enum", Field),
    Definition("type_alias_declaration", "type", Field),
    Definition("internal_module", "namespace", Field),
    Definition("method_definition", "", Field),
    Definition("variable_declarator", "const", OfFunction),
];

const GO: &[Definition] = &[
    Definition("function_declaration", "func", Field),
    Definition("method_declaration", "func", Method),
    Definition("type_spec", "type", Field),
];

const JAVA: &[Definition] = &[
    Definition("class_declaration", "class", Field),
    Definition("interface_declaration", "interface", Field),
    Definition("enum_declaration", "enum", Field),
    Definition("record_declaration", "record", Field),
    Definition("annotation_type_declaration", "@interface", Field),
    Definition("constructor_declaration", "", Field),
    Definition("method_declaration", "", Field),
];

const C: &[Definition] = &[
    Definition("function_definition", "", Declarator),
    Definition("struct_specifier", "struct", Field),
    Definition("union_specifier", "union", Field),
    Definition("enum_specifier", "enum", Field),
    Definition("class_specifier", "class", Field),
    Definition("namespace_definition", "namespace", Field),
    Definition("preproc_function_def", "#define", Field),
];

const RUBY: &[Definition] = &[
    Definition("module", "module", Field),
    Definition("class", "class", Field),
    Definition("method", "def", Field),
    Definition("singleton_method", "def", Field),
];

const C_SHARP: &[Definition] = &[
    Definition("namespace_declaration", "namespace", Field),
    Definition("class_declaration", "class", Field),
    Definition("interface_declaration", "interface", Field),
    Definition("struct_declaration", "struct", Field),
    Definition("record_declaration", "record", Field),
    Definition("enum_declaration", "enum", Field),
    Definition("constructor_declaration", "", Field),
    Definition("method_declaration", "", Field),
    Definition("property_declaration", "", Field),
];

const PHP: &[Definition] = &[
    Definition("class_declaration", "class", Field),
    Definition("interface_declaration", "interface", Field),
    Definition("trait_declaration", "trait", Field),
    Definition("enum_declaration", "enum", Field),
    Definition("function_definition", "function", Field),
    Definition("method_declaration", "function", Field),
];

const BASH: &[Definition] = &[Definition("function_definition", "", Field)];

const KOTLIN: &[Definition] = &[
    Definition("class_declaration", "class", Field),
    Definition("object_declaration", "object", Field),
    Definition("companion_object", "companion object", Field),
    Definition("function_declaration", "fun", Field),
];

const JSON: &[Definition] = &[Definition("pair", "", Key)];

const YAML: &[Definition] =
    &[Definition("block_mapping_pair", "", Key), Definition("flow_pair", "", Key)];

const TOML: &[Definition] = &[
    Definition("table", "", FirstChild),
    Definition("table_array_element", "", FirstChild),
    Definition("pair", "", FirstChild),
];

impl Grammar {
    pub(super) fn of_language(language: Language) -> Self {
        let (language, definitions) = match language {
            Language::Bash => (tree_sitter_bash::LANGUAGE, BASH),
            Language::C => (tree_sitter_c::LANGUAGE, C),
            Language::Cpp => (tree_sitter_cpp::LANGUAGE, C),
            Language::CSharp => (tree_sitter_c_sharp::LANGUAGE, C_SHARP),
            Language::Go => (tree_sitter_go::LANGUAGE, GO),
            Language::Java => (tree_sitter_java::LANGUAGE, JAVA),
            Language::JavaScript => (tree_sitter_javascript::LANGUAGE, SCRIPT),
            Language::Kotlin => (tree_sitter_kotlin_ng::LANGUAGE, KOTLIN),
            Language::Php => (tree_sitter_php::LANGUAGE_PHP, PHP),
            Language::Python => (tree_sitter_python::LANGUAGE, PYTHON),
            Language::Ruby => (tree_sitter_ruby::LANGUAGE, RUBY),
            Language::Rust => (tree_sitter_rust::LANGUAGE, RUST),
            Language::Tsx => (tree_sitter_typescript::LANGUAGE_TSX, SCRIPT),
            Language::TypeScript => (tree_sitter_typescript::LANGUAGE_TYPESCRIPT, SCRIPT),
        };
        Self { language: language.into(), definitions, is_structured_text: false }
    }

    pub(super) fn json() -> Self {
        Self {
            language: tree_sitter_json::LANGUAGE.into(),
            definitions: JSON,
            is_structured_text: true,
        }
    }

    pub(super) fn yaml() -> Self {
        Self {
            language: tree_sitter_yaml::LANGUAGE.into(),
            definitions: YAML,
            is_structured_text: true,
        }
    }

    pub(super) fn toml() -> Self {
        Self {
            language: tree_sitter_toml_ng::LANGUAGE.into(),
            definitions: TOML,
            is_structured_text: true,
        }
    }
}
