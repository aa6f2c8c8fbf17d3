/// Letters of a word that a vocabulary of 30,000 pieces covers with one token, roughly.
const LETTERS_PER_TOKEN: usize = 5;

/// The tokens of a text when there is no model to ask: a word counts one token for each five
/// letters begun, every other visible character one.
pub fn approximate_tokens(text: &str) -> usize {
    let mut tokens = 0;
    let mut letters = 0;
    for c in text.chars() {
        if is_letter_of_word(c) {
            tokens += usize::from(letters % LETTERS_PER_TOKEN == 0);
            letters += 1;
        } else {
            letters = 0;
            tokens += usize::from(!c.is_whitespace());
        }
    }
    tokens
}

/// Ideographs, kana and hangul are written without spaces: each is a token.
fn is_letter_of_word(c: char) -> bool {
    c.is_alphanumeric() && !('\u{2E80}'..='\u{D7FF}').contains(&c) && c < '\u{20000}'
}
