//! What holds for the chunks of any text of any kind.

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};
    use retrieval::{
        chunk::{Budget, Chunk, approximate_tokens, split},
        extract::{Extracted, Kind, Language, extract},
    };

    /// Pieces of which texts with some structure come about by chance.
    const FRAGMENTS: &[&str] = &[
        "# One\n",
        "## Two\n",
        "\n",
        "\n\n",
        " ",
        "    ",
        "\t",
        "\r\n",
        "```\n",
        "~~~rust\n",
        "- item\n",
        "> ",
        "| a | b |\n",
        "|---|---|\n",
        "word ",
        "A sentence ends. ",
        "e.g. ",
        "Dr. ",
        "日本語の文。",
        "e\u{301}",
        "🦀",
        "\u{2028}",
        "\u{a0}",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "'",
        ":",
        ": ",
        ",",
        ";\n",
        "= ",
        "\"key\": ",
        "key:\n  ",
        "[table]\n",
        "fn name() {\n",
        "class Name {\n",
        "def name(self):\n    ",
        "impl Name {\n",
        "// note\n",
        "/* note */",
        "# note\n",
        "#[test]\n",
        "export ",
        "const x = () => {\n",
        "<?php ",
        "end\n",
        "fi\n",
        "<<EOF\n",
        "---\n",
        "+++\n",
        "<div>",
        "</div>",
        "# Page 2\n",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "the quick brown fox jumps over the lazy dog ",
    ];

    const EXTENSIONS: &[&str] =
        &["", "css", "html", "ipynb", "json", "md", "rs", "toml", "txt", "yaml"];

    fn documents() -> impl Strategy<Value = Extracted> {
        let fragments = vec(select(FRAGMENTS), 0..160).prop_map(|fragments| fragments.concat());
        let texts = prop_oneof![4 => fragments, 1 => any::<String>()];
        let languages = prop::option::weighted(0.9, select(Language::ALL));
        (select(Kind::ALL), languages, texts).prop_map(|(kind, language, text)| {
            let language = language.filter(|_| kind == Kind::Source);
            Extracted { kind, language, title: None, text }
        })
    }

    fn chunks(document: &Extracted, tokens: usize, overlap: usize) -> Vec<Chunk> {
        split(document, &Budget { tokens, overlap, count: &approximate_tokens })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn chunks_cover_the_text_in_order_within_the_budget(
            document in documents(), tokens in 64_usize..300, overlap in 0_usize..40,
        ) {
            let chunks = chunks(&document, tokens, overlap);
            let mut covered = 0;
            let mut last_start = None;
            for chunk in &chunks {
                let text = document.text.get(chunk.span.clone());
                prop_assert!(text.is_some_and(|text| !text.trim().is_empty()), "{:?} is no visible text", chunk.span);
                prop_assert!(last_start < Some(chunk.span.start), "out of order");
                if let Some(gap) = document.text.get(covered..chunk.span.start) {
                    prop_assert_eq!(gap.trim(), "", "lost");
                }
                let indexed = chunk.indexed_text(&document);
                prop_assert!(approximate_tokens(&indexed) + 2 <= tokens, "{} tokens: {indexed:?}", approximate_tokens(&indexed));
                let line = |at: usize| document.text.as_bytes()[..at].split(|byte| *byte == b'\n').count() as u64;
                let lines = (line(chunk.span.start), line(chunk.span.end - 1));
                prop_assert_eq!((u64::from(chunk.lines.0), u64::from(chunk.lines.1)), lines);
                last_start = Some(chunk.span.start);
                covered = covered.max(chunk.span.end);
            }
            prop_assert_eq!(document.text[covered..].trim(), "", "lost at the end");
        }

        #[test]
        fn any_text_under_any_name_is_read_or_refused(document in documents(), extension in select(EXTENSIONS)) {
            if let Ok(read) = extract(&format!("file.{extension}"), document.text.as_bytes()) {
                prop_assert!(chunks(&read, 128, 16).is_empty() == read.text.trim().is_empty());
            }
        }

        #[test]
        fn the_same_text_gives_the_same_chunks(document in documents()) {
            prop_assert_eq!(chunks(&document, 128, 16), chunks(&document, 128, 16));
        }

        #[test]
        fn pieces_overlap_by_no_more_than_asked_and_only_in_prose(document in documents(), overlap in 0_usize..32) {
            let chunks = chunks(&document, 128, overlap);
            for (before, after) in chunks.iter().zip(chunks.iter().skip(1)) {
                let common = document.text.get(after.span.start..before.span.end).unwrap_or_default();
                prop_assert!(approximate_tokens(common) <= overlap, "{common:?}");
                prop_assert!(common.is_empty() || !matches!(document.kind, Kind::Source | Kind::Json | Kind::Yaml | Kind::Toml));
            }
        }

        #[test]
        fn a_fence_that_fits_is_in_one_chunk(
            blocks in vec((vec(select(&["word ", "A sentence. ", "x = 1; "][..]), 1..40), any::<bool>()), 1..12),
        ) {
            let mut text = String::from("# Title\n\n");
            let mut fences = Vec::new();
            for (words, is_code) in blocks {
                if is_code {
                    let start = text.len();
                    text.extend(["```\n", &words.join("\n"), "\n```"]);
                    fences.push(start..text.len());
                    text.push_str("\n\n");
                } else {
                    text.extend([&words.concat(), "\n\n"]);
                }
            }
            let document = Extracted { kind: Kind::Markdown, language: None, title: None, text };
            let chunks = chunks(&document, 128, 16);
            let heading = approximate_tokens("Title ›");
            for fence in fences {
                let fits = approximate_tokens(&document.text[fence.clone()]) + heading + 2 <= 128;
                let whole = chunks.iter().any(|chunk| chunk.span.start <= fence.start && fence.end <= chunk.span.end);
                prop_assert!(whole || !fits, "{:?}", &document.text[fence]);
            }
        }
    }
}
