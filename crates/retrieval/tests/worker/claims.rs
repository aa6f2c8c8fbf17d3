//! The claims, each a test of its own.

use std::{
    io::{Cursor, Write},
    process,
    time::{Duration, Instant},
};

use retrieval::{
    chunk::approximate_tokens,
    extract::{
        ExtractError,
        worker::{Command, Limits, Pool, ReadDocument, WorkerError},
    },
};

pub(super) const CLAIMS: &[(&str, fn())] = &[
    ("a_document_comes_back_as_text_and_chunks", a_document_comes_back_as_text_and_chunks),
    ("a_refused_file_says_why_and_keeps_the_child", a_refused_file_says_why_and_keeps_the_child),
    ("an_abort_costs_one_document", || costs_one_document("please abort")),
    ("a_stack_overflow_costs_one_document", || costs_one_document("please recurse")),
    ("running_out_of_memory_costs_one_document", || costs_one_document("please allocate")),
    ("a_panic_costs_one_document", || costs_one_document("please panic")),
    ("an_endless_loop_is_stopped_in_time", an_endless_loop_is_stopped_in_time),
    ("a_child_without_a_parent_ends_by_itself", a_child_without_a_parent_ends_by_itself),
    (
        "hostile_files_end_in_time_and_the_next_is_read",
        hostile_files_end_in_time_and_the_next_is_read,
    ),
    ("a_zip_bomb_is_refused", a_zip_bomb_is_refused),
    ("a_file_over_the_limit_is_not_even_sent", a_file_over_the_limit_is_not_even_sent),
    ("a_text_over_the_limit_is_not_taken", a_text_over_the_limit_is_not_taken),
    ("a_given_up_document_leaves_the_pool_working", a_given_up_document_leaves_the_pool_working),
    ("dropping_the_pool_ends_its_children", dropping_the_pool_ends_its_children),
    ("a_missing_program_is_named", a_missing_program_is_named),
];

/// A tokenizer that does to its process what the text asks for.
pub(super) fn obedient_count(text: &str) -> usize {
    match text.strip_prefix("please ") {
        Some("abort") => process::abort(),
        Some("recurse") => recurse(0),
        Some("allocate") => std::hint::black_box(vec![1_u8; 4 << 30]).len(),
        Some("panic") => panic!("as asked"),
        Some("loop") => loop {
            std::hint::spin_loop();
        },
        _ => approximate_tokens(text),
    }
}

#[expect(unconditional_recursion, reason = "the stack is to overflow")]
fn recurse(depth: usize) -> usize {
    std::hint::black_box([depth; 1024]).len() + recurse(depth + 1)
}

fn pool(limits: Limits) -> Pool {
    let program = std::env::current_exe().unwrap();
    Pool::new(Command { program, arguments: vec!["child".to_owned()] }, limits, 256, 32)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn reads_well(pool: &Pool) {
    let read = pool.read("good.md", b"# Good\n\nA sentence.\n").await.unwrap();
    assert_eq!(read.extracted.title.as_deref(), Some("Good"));
    assert_eq!(read.chunks.len(), 1);
}

fn costs_one_document(text: &str) {
    block_on(async {
        let pool = pool(Limits::default());
        reads_well(&pool).await;
        let read = pool.read("bad.txt", text.as_bytes()).await;
        assert!(matches!(read, Err(WorkerError::Died)), "{read:?}");
        reads_well(&pool).await;
    });
}

fn a_document_comes_back_as_text_and_chunks() {
    block_on(async {
        let source = "/// Adds.\nfn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n";
        let ReadDocument { extracted, chunks } =
            pool(Limits::default()).read("src/add.rs", source.as_bytes()).await.unwrap();
        assert_eq!(extracted.text, source);
        assert_eq!(chunks[0].heading, "fn add");
        assert_eq!(chunks[0].lines, (1, 4));
    });
}

fn a_refused_file_says_why_and_keeps_the_child() {
    block_on(async {
        let pool = pool(Limits::default());
        for _ in 0..3 {
            let read = pool.read("x.txt", b"text\0with\0nul").await;
            assert!(matches!(read, Err(WorkerError::Extract(ExtractError::Binary))), "{read:?}");
        }
        reads_well(&pool).await;
    });
}

fn an_endless_loop_is_stopped_in_time() {
    block_on(async {
        let pool = pool(Limits { time: Duration::from_secs(2), ..Limits::default() });
        let read = pool.read("bad.txt", b"please loop").await;
        assert!(matches!(read, Err(WorkerError::TooSlow(_))), "{read:?}");
        reads_well(&pool).await;
    });
}

/// No pool watches this child, as if the parent had been killed.
fn a_child_without_a_parent_ends_by_itself() {
    let program = std::env::current_exe().unwrap();
    let mut child = process::Command::new(program)
        .arg("child")
        .stdin(process::Stdio::piped())
        .stdout(process::Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let settings =
        r#"{"memory_bytes": 1073741824, "cpu_seconds": 1, "tokens": 256, "overlap": 32}"#;
    for frame in [settings, "bad.txt", "please loop"] {
        input.write_all(&(frame.len() as u64).to_le_bytes()).unwrap();
        input.write_all(frame.as_bytes()).unwrap();
    }
    input.flush().unwrap();
    assert!(!child.wait().unwrap().success());
}

fn hostile_files_end_in_time_and_the_next_is_read() {
    let nested = |open: &str, close: &str| {
        [open.repeat(100_000), close.repeat(100_000)].concat().into_bytes()
    };
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty.txt", Vec::new()),
        ("nested.json", nested("[", "]")),
        ("nested-objects.json", nested("{\"a\":", "}")),
        ("nested-lines.json", nested("[\n", "]\n")),
        ("nested.html", [b"<!doctype html>".to_vec(), nested("<div>", "</div>")].concat()),
        ("nested.md", nested(">", "x")),
        ("nested-list.md", nested("- ", "x")),
        ("brackets.md", nested("[", "](")),
        ("nested.rs", nested("(", ")")),
        ("nested-blocks.rs", nested("{\n", "}\n")),
        ("nested.py", nested("(", ")")),
        ("nested.yaml", nested("[", "]")),
        ("nested.toml", [b"a = ".to_vec(), nested("[", "]")].concat()),
        ("nested.ipynb", [b"{\"nbformat\":4,\"cells\":".to_vec(), nested("[", "]")].concat()),
        ("line.txt", vec![b'x'; 10 << 20]),
        ("words.txt", b"word ".repeat(2 << 20)),
        ("line.js", b"f(1);".repeat(2 << 20)),
        ("latin.txt", b"caf\xE9 na\xEFve \xFCber ".repeat(1000)),
        ("stops.txt", b"a. 1! ".repeat(100_000)),
        ("loop.pdf", looping_pdf()),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog".to_vec()),
        ("cut.docx", b"PK\x03\x04....word/document.xml".to_vec()),
    ];
    block_on(async {
        let pool = pool(Limits { time: Duration::from_secs(5), ..Limits::default() });
        for (path, bytes) in files {
            let started = Instant::now();
            let read = pool.read(path, &bytes).await;
            let outcome = read.map(|read| read.chunks.len()).map_err(|error| error.to_string());
            println!("{path}: {outcome:?} in {:?}", started.elapsed());
            assert!(started.elapsed() < Duration::from_secs(15), "{path}");
            reads_well(&pool).await;
        }
    });
}

/// A PDF whose page tree and cross-reference tables lead back to themselves.
fn looping_pdf() -> Vec<u8> {
    let body = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>\nendobj\n";
    let table = format!(
        "xref\n0 3\n0000000000 65535 f \n{:010} 00000 n \n{:010} 00000 n \n\
        trailer\n<< /Size 3 /Root 1 0 R /Prev {} >>\nstartxref\n{}\n%%EOF\n",
        body.find("1 0 obj").unwrap(),
        body.find("2 0 obj").unwrap(),
        body.len(),
        body.len()
    );
    [body, &table].concat().into_bytes()
}

fn a_zip_bomb_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("[Content_Types].xml", options).unwrap();
    zip.write_all(b"<Types/>").unwrap();
    zip.start_file("word/document.xml", options).unwrap();
    let mebibyte = vec![b' '; 1 << 20];
    for _ in 0..100 {
        zip.write_all(&mebibyte).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    block_on(async {
        let pool = pool(Limits::default());
        let read = pool.read("bomb.docx", &bomb).await;
        println!("{read:?}");
        assert!(read.is_err());
        reads_well(&pool).await;
    });
}

fn a_file_over_the_limit_is_not_even_sent() {
    block_on(async {
        let pool = pool(Limits { input_bytes: 10, ..Limits::default() });
        let read = pool.read("x.txt", b"eleven byte").await;
        assert!(matches!(read, Err(WorkerError::TooLarge { bytes: 11, limit: 10 })), "{read:?}");
    });
}

fn a_text_over_the_limit_is_not_taken() {
    block_on(async {
        let pool = pool(Limits { answer_bytes: 1000, ..Limits::default() });
        let read = pool.read("x.txt", &[b'x'; 2000]).await;
        assert!(matches!(read, Err(WorkerError::AnswerTooLarge { limit: 1000 })), "{read:?}");
        reads_well(&pool).await;
    });
}

fn a_given_up_document_leaves_the_pool_working() {
    block_on(async {
        let pool = pool(Limits { children: 1, ..Limits::default() });
        let given_up =
            tokio::time::timeout(Duration::from_millis(200), pool.read("bad.txt", b"please loop"))
                .await;
        assert!(given_up.is_err());
        reads_well(&pool).await;
    });
}

fn dropping_the_pool_ends_its_children() {
    block_on(async {
        let pool = pool(Limits::default());
        reads_well(&pool).await;
        assert_eq!(living_children(), 1);
        drop(pool);
        let deadline = Instant::now() + Duration::from_secs(10);
        while living_children() > 0 {
            assert!(Instant::now() < deadline, "the child lives on");
            tokio::task::yield_now().await;
        }
    });
}

/// Children of this process that are not zombies.
fn living_children() -> usize {
    let this = process::id().to_string();
    let stats = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(") ")?;
        let mut fields = after_name.split(' ').map(str::to_owned);
        Some((fields.next()?, fields.next()?))
    });
    stats.filter(|(state, parent)| state != "Z" && *parent == this).count()
}

fn a_missing_program_is_named() {
    block_on(async {
        let command = Command { program: "/no/such/program".into(), arguments: Vec::new() };
        let read = Pool::new(command, Limits::default(), 256, 32).read("x.txt", b"x").await;
        assert!(read.unwrap_err().to_string().contains("/no/such/program"));
    });
}
