//! Words a question is full of and no text is about.

use super::Language;

/// Whether a word, folded but not stemmed, says nothing about what is asked for. In the languages
/// without a list, a term that is in most chunks is left out all the same.
pub(super) fn is_stop_word(language: Language, word: &str) -> bool {
    language == Language::English && ENGLISH.binary_search(&word).is_ok()
}

/// The function words of English: articles, pronouns, prepositions, conjunctions, auxiliaries,
/// question words.
const ENGLISH: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any", "are",
    "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but",
    "by", "can", "could", "did", "do", "does", "doing", "don", "down", "during", "each", "few",
    "for", "from", "further", "had", "has", "have", "having", "he", "her", "here", "hers", "him",
    "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "may", "me", "might", "more",
    "most", "must", "my", "no", "nor", "not", "now", "of", "off", "on", "once", "only", "or",
    "other", "our", "ours", "out", "over", "own", "s", "same", "shall", "she", "should", "so",
    "some", "such", "t", "than", "that", "the", "their", "theirs", "them", "then", "there",
    "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "upon",
    "very", "was", "we", "were", "what", "when", "where", "whether", "which", "while", "who",
    "whom", "whose", "why", "will", "with", "would", "you", "your", "yours",
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_in_the_order_it_is_searched_in() {
        assert!(super::ENGLISH.is_sorted());
    }
}
