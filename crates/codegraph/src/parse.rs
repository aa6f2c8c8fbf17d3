//! Bounds of parsing: counted, that they be the same on every machine, and the clock behind them.
//!
//! What is not bounded is the memory for recovering at the end of a file, which grows with what
//! stands open there times the errors before it: `MOST_BRACKETS` holds for brackets, while of
//! operators that wait for an operand some ten thousand take gigabytes.

use std::{
    cell::RefCell,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use tree_sitter::{Language, ParseOptions, Parser, Tree};

/// The tree of a larger file would take some hundred times its bytes.
const LARGEST: usize = 8 << 20;

/// Brackets of a kind that are open at once, or closed and were never opened. Of 89,000 files that
/// people and their generators wrote, one had 507.
///
/// What the parser needs to recover grows with the square of them.
const MOST_BRACKETS: usize = 2_000;

/// Bytes that the parser is given at once.
const CHUNK: usize = 4_096;

/// Of what is not counted: the parser recovers from one error at a time, from each as long as what
/// stands open before it. The largest files of people take two seconds.
const LONGEST: Duration = Duration::from_secs(10);

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// The syntax tree, or `None` of what no person writes.
pub(crate) fn parse(text: &[u8], grammar: &Language) -> Option<Tree> {
    if text.len() > LARGEST || is_too_deep(text) {
        return None;
    }
    // Once per hundred operations, of which there are at most three for each byte.
    let mut calls_left = 2_000 + text.len() / 32;
    let began = Instant::now();
    let mut progress = |_: &_| {
        calls_left = calls_left.saturating_sub(1);
        let is_over = calls_left == 0 || began.elapsed() > LONGEST;
        if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    // The lexer goes back, and may look for the end of a comment from each of its beginnings.
    let mut reads_left = 2_000 + text.len() / 32;
    let mut input = |at: usize, _| {
        reads_left = reads_left.saturating_sub(1);
        let end = text.len().min((at / CHUNK + 1) * CHUNK);
        if reads_left == 0 { &[] } else { text.get(at..end).unwrap_or_default() }
    };
    let tree = PARSER.with_borrow_mut(|parser| {
        parser.reset();
        parser.set_language(grammar).ok()?;
        let options = ParseOptions::new().progress_callback(&mut progress);
        parser.parse_with_options(&mut input, None, Some(options))
    });
    tree.filter(|_| reads_left > 0)
}

fn is_too_deep(text: &[u8]) -> bool {
    [(b'(', b')'), (b'[', b']'), (b'{', b'}')].into_iter().any(|(opening, closing)| {
        let (mut open, mut stray) = (0_usize, 0_usize);
        text.iter().any(|byte| {
            if *byte == opening {
                open += 1;
            } else if *byte == closing && open > 0 {
                open -= 1;
            } else if *byte == closing {
                stray += 1;
            }
            open.max(stray) > MOST_BRACKETS
        })
    })
}
