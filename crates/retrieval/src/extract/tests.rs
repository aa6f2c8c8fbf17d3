use std::io::{Cursor, Write};

use lopdf::{Document, Object, Stream, dictionary};

use super::*;

fn kind_of(path: &str, bytes: &[u8]) -> (Kind, Option<Language>) {
    let extracted = extract(path, bytes).unwrap();
    (extracted.kind, extracted.language)
}

#[test]
fn content_tells_the_kind_and_the_path_only_what_content_cannot() {
    let cases: &[(&str, &[u8], Kind, Option<Language>)] = &[
        ("notes.md", b"# Notes", Kind::Markdown, None),
        ("notes", b"# Notes", Kind::Text, None),
        ("", b"", Kind::Text, None),
        ("page.txt", b"\n <!DOCTYPE HTML><p>x", Kind::Html, None),
        ("page.html", b"<p>x", Kind::Html, None),
        ("page.xhtml", b"<?xml version='1.0'?><html><p>x</p></html>", Kind::Html, None),
        ("page.php", b"<!doctype html><?php echo 1;", Kind::Source, Some(Language::Php)),
        ("a/B.RS", b"fn a() {}", Kind::Source, Some(Language::Rust)),
        ("script", b"#!/usr/bin/env -S python3.12\n", Kind::Source, Some(Language::Python)),
        ("script", b"#!/bin/sh\n", Kind::Source, Some(Language::Bash)),
        ("Makefile", b"all:\n", Kind::Source, None),
        ("x.ipynb", b"{\"nbformat\": 4, \"cells\": []}", Kind::Notebook, None),
        ("x", b"{\"a\": [1]}", Kind::Json, None),
        ("x", b"{not json}", Kind::Text, None),
        ("x.jsonl", b"{}\n{}\n", Kind::Json, None),
        ("go", b"word", Kind::Text, None),
        ("x.yml", b"a: 1", Kind::Yaml, None),
        ("x.toml", b"a = 1", Kind::Toml, None),
    ];
    for (path, bytes, kind, language) in cases {
        assert_eq!(kind_of(path, bytes), (*kind, *language), "{path}");
    }
}

#[test]
fn text_in_other_encodings_is_decoded() {
    let utf16: Vec<u8> = "\u{FEFF}# Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&utf16[..], b"\xEF\xBB\xBF# Gr\xC3\xBC\xC3\x9Fe", b"# Gr\xFC\xDFe"] {
        assert_eq!(extract("a.md", bytes).unwrap().text, "# Grüße");
    }
}

#[test]
fn binary_content_is_refused_whatever_it_is_called() {
    let cases: &[(&[u8], &str)] = &[
        (b"text\0text", "binary content"),
        (b"\x1F\x8B\x08\x01\x02\x03\x04\x05\x06", "binary content"),
        (b"PK\x03\x04 mimetype", "a zip archive is not supported; unpack it"),
        (b"\xD0\xCF\x11\xE0 old", "an old Office file is not supported; save it as DOCX"),
        (b"%PDF-1.7 nothing else", "the PDF is damaged: "),
        (b"PK\x03\x04 word/document.xml", "the DOCX is damaged: "),
        (b"{\"nbformat\": 4, \"cells\": 1}", "the notebook is damaged: "),
    ];
    for (bytes, expected) in cases {
        let error = extract("a.txt", bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_web_page_becomes_markdown_without_its_furniture() {
    let page = "<!doctype html><html><head><title>A &amp; B</title><style>p {}</style></head><body>\
        <nav>Menu</nav><h1>Top</h1><p>See <a href='https://example.org'>this</a>.</p>\
        <script>alert(1)</script><pre><code>let a;\n</code></pre></body></html>";
    let extracted = extract("page", page.as_bytes()).unwrap();
    assert_eq!(extracted.title.as_deref(), Some("A & B"));
    assert_eq!(extracted.text, "# Top\n\nSee [this](https://example.org).\n\n```\nlet a;\n```");
}

#[test]
fn a_markdown_title_is_in_its_front_matter_or_its_first_heading() {
    let cases = [
        ("---\ntitle: \"One\"\n---\n# Two\n", Some("One")),
        ("+++\ntitle = 'One'\n+++\n", Some("One")),
        ("text\n\n```\n# code\n```\n\n# Two #\n", Some("Two")),
        ("text\n---\ntitle: no\n", None),
    ];
    for (text, title) in cases {
        assert_eq!(extract("a.md", text.as_bytes()).unwrap().title.as_deref(), title, "{text}");
    }
}

#[test]
fn a_notebook_becomes_its_cells_without_outputs() {
    let notebook = r##"{"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": [
        {"cell_type": "markdown", "source": ["# Study\n", "Why."]},
        {"cell_type": "code", "source": "s = '```'", "outputs": [{"text": "secret"}]},
        {"cell_type": "code", "source": []}]}"##;
    let extracted = extract("a.ipynb", notebook.as_bytes()).unwrap();
    assert_eq!(extracted.title.as_deref(), Some("Study"));
    assert_eq!(extracted.text, "# Study\nWhy.\n\n````python\ns = '```'\n````\n\n");
}

/// A PDF with one text per page.
fn pdf(pages: &[&str]) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(
        dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" },
    );
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let kids: Vec<Object> = pages
        .iter()
        .map(|text| {
            let content = format!("BT /F1 12 Tf 50 700 Td ({text}) Tj ET").into_bytes();
            let content = document.add_object(Stream::new(dictionary! {}, content));
            document
                .add_object(
                    dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content },
                )
                .into()
        })
        .collect();
    let pages = dictionary! {
        "Type" => "Pages", "Count" => i64::try_from(kids.len()).unwrap(), "Kids" => kids, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let details =
        document.add_object(dictionary! { "Title" => Object::string_literal("A Report") });
    document.trailer.set("Info", details);
    document.trailer.set(
        "ID",
        vec![
            Object::string_literal("1234567890123456"),
            Object::string_literal("1234567890123456"),
        ],
    );
    document
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_pdf_becomes_its_pages_by_number() {
    let extracted = extract("report", &saved(pdf(&["First page.", "", "Third page."]))).unwrap();
    assert_eq!(extracted.kind, Kind::Pdf);
    assert_eq!(extracted.title.as_deref(), Some("A Report"));
    assert_eq!(extracted.text, "# Page 1\n\nFirst page.\n\n# Page 3\n\nThird page.\n\n");
}

#[test]
fn a_pdf_without_text_says_so() {
    assert_eq!(extract("scan.pdf", &saved(pdf(&["", ""]))), Err(ExtractError::NoText));
}

fn locked(mut document: Document, user_password: &str) -> Vec<u8> {
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password,
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    saved(document)
}

#[test]
fn a_pdf_under_a_password_says_so_and_one_that_anybody_may_open_is_read() {
    let error = extract("a.pdf", &locked(pdf(&["Secret."]), "user")).unwrap_err();
    assert_eq!(error.to_string(), "the PDF is encrypted; remove its password and add it again");
    let extracted = extract("a.pdf", &locked(pdf(&["Open."]), "")).unwrap();
    assert_eq!(extracted.text, "# Page 1\n\nOpen.\n\n");
}

#[test]
fn a_docx_becomes_markdown() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let office = "http://schemas.openxmlformats.org";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns='{office}/package/2006/content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns='{office}/package/2006/relationships'><Relationship Id='rId1' Type='{office}/officeDocument/2006/relationships/officeDocument' Target='word/document.xml'/></Relationships>"
            ),
        ),
        (
            "word/document.xml",
            format!(
                "<w:document xmlns:w='{office}/wordprocessingml/2006/main'><w:body><w:p><w:pPr><w:pStyle w:val='Heading1'/><w:outlineLvl w:val='0'/></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p><w:p><w:r><w:t>We build it.</w:t></w:r></w:p></w:body></w:document>"
            ),
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let extracted = extract("plan", &zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!(extracted.kind, Kind::Docx);
    assert!(
        extracted.text.contains("Plan") && extracted.text.contains("We build it."),
        "{:?}",
        extracted.text
    );
}

#[test]
fn names_read_back_as_what_they_name() {
    assert!(Kind::ALL.iter().all(|kind| kind.as_str().parse() == Ok(*kind)));
    assert!(Language::ALL.iter().all(|language| language.as_str().parse() == Ok(*language)));
    assert_eq!(
        "cobol".parse::<Language>().unwrap_err().to_string(),
        "no such kind or language: cobol"
    );
}
