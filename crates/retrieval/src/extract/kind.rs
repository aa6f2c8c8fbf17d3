use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An enum whose variants have one name each, in text, on the wire and in storage.
macro_rules! named {
    ($(#[$note:meta])* $name:ident { $($(#[$variant_note:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$note])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_note])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or_else(|| UnknownName(text.to_owned()))
            }
        }
    };
}

/// A text that names no [`Kind`] or [`Language`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("no such kind or language: {0}")]
pub struct UnknownName(String);

named! {
    /// What a file is.
    Kind {
        Markdown = "markdown",
        Text = "text",
        Html = "html",
        Pdf = "pdf",
        Docx = "docx",
        Source = "source",
        Json = "json",
        Yaml = "yaml",
        Toml = "toml",
        Notebook = "notebook",
    }
}

named! {
    /// A programming language whose definitions are known to [`crate::chunk`].
    Language {
        Bash = "bash",
        C = "c",
        Cpp = "cpp",
        CSharp = "csharp",
        Go = "go",
        Java = "java",
        JavaScript = "javascript",
        Kotlin = "kotlin",
        Php = "php",
        Python = "python",
        Ruby = "ruby",
        Rust = "rust",
        Tsx = "tsx",
        TypeScript = "typescript",
    }
}

impl Language {
    /// By a file name's extension, without the dot, in lower case.
    pub(super) fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "bash" | "sh" | "zsh" => Self::Bash,
            "c" | "h" => Self::C,
            "cc" | "cpp" | "cxx" | "hh" | "hpp" | "hxx" => Self::Cpp,
            "cs" => Self::CSharp,
            "go" => Self::Go,
            "java" => Self::Java,
            "cjs" | "js" | "jsx" | "mjs" => Self::JavaScript,
            "kt" | "kts" => Self::Kotlin,
            "php" => Self::Php,
            "py" | "pyi" => Self::Python,
            "rake" | "rb" => Self::Ruby,
            "rs" => Self::Rust,
            "tsx" => Self::Tsx,
            "cts" | "mts" | "ts" => Self::TypeScript,
            _ => return None,
        })
    }

    /// By the interpreter that the first line of a script names.
    pub(super) fn from_shebang(line: &str) -> Option<Self> {
        let interpreter = line
            .strip_prefix("#!")?
            .split_whitespace()
            .find(|word| !word.ends_with("/env") && !word.starts_with('-'))?;
        let name = interpreter
            .rsplit('/')
            .next()?
            .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        Some(match name {
            "bash" | "dash" | "ksh" | "sh" | "zsh" => Self::Bash,
            "deno" | "node" => Self::JavaScript,
            "php" => Self::Php,
            "python" => Self::Python,
            "ruby" => Self::Ruby,
            _ => return None,
        })
    }
}
