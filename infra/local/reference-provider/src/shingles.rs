//! Comparing two texts by their shingles: all runs of [`WIDTH`] words that follow each other.
//!
//! A word is a run of letters and digits of any script, its case ignored; all else separates words.
//! A text with fewer words than [`WIDTH`] has one shingle of all its words; one without words none.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// The number of words in a shingle.
pub const WIDTH: usize = 5;

/// The set of a text's shingles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shingles(HashSet<u64>);

impl Shingles {
    /// The shingles of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Document::read(text).shingles()
    }

    /// How many different shingles there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The share of these shingles that the source has too, from 0 to 1; 0 where there are none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn contained_in(&self, source: &Self) -> f64 {
        if self.is_empty() {
            return 0.0;
        }
        self.0.intersection(&source.0).count() as f64 / self.len() as f64
    }
}

/// A run of words that a document shares with a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage<'a> {
    /// The passage as it stands in the document.
    pub text: &'a str,
    /// The number of its words.
    pub words: usize,
}

/// A text with its shingles in the order in which they stand there.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    words: Vec<Range<usize>>,
    sequence: Vec<u64>,
}

impl<'a> Document<'a> {
    /// Reads a text.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        let words = words(text);
        let hashes: Vec<u64> = words.iter().map(|word| word_hash(&text[word.clone()])).collect();
        let sequence = if hashes.is_empty() {
            Vec::new()
        } else {
            hashes.windows(WIDTH.min(hashes.len())).map(hash_of).collect()
        };
        Self { text, words, sequence }
    }

    /// The number of words.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.words.len()
    }

    /// The set of its shingles.
    #[must_use]
    pub fn shingles(&self) -> Shingles {
        Shingles(self.sequence.iter().copied().collect())
    }

    /// The passages shared with a source, the longest first, those of one length in their order.
    #[must_use]
    pub fn shared_passages(&self, source: &Shingles) -> Vec<Passage<'a>> {
        let shared = |at: &usize| source.0.contains(&self.sequence[*at]);
        let positions: Vec<usize> = (0..self.sequence.len()).filter(shared).collect();
        let mut passages: Vec<Passage<'a>> = positions
            .chunk_by(|one, next| one + 1 == *next)
            .map(|run| self.passage(run[0], run.len()))
            .collect();
        passages.sort_by_key(|passage| std::cmp::Reverse(passage.words));
        passages
    }

    fn passage(&self, first: usize, shingles: usize) -> Passage<'a> {
        let words = &self.words[first..(first + shingles - 1 + WIDTH).min(self.words.len())];
        Passage { text: &self.text[words[0].start..words[words.len() - 1].end], words: words.len() }
    }
}

fn words(text: &str) -> Vec<Range<usize>> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            start..start + word.len()
        })
        .collect()
}

fn word_hash(word: &str) -> u64 {
    hash_of(word.to_lowercase().as_str())
}

fn hash_of<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn containment(document: &str, source: &str) -> f64 {
        Shingles::of(document).contained_in(&Shingles::of(source))
    }

    #[test]
    fn counts_every_run_of_five_words() {
        assert_eq!(Shingles::of("one two three four five six seven").len(), 3);
        assert_eq!(Shingles::of("a a a a a a a a").len(), 1);
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        let plain = Shingles::of("the light turns all night long");
        assert_eq!(plain, Shingles::of("The LIGHT turns -- \u{201c}all night\u{201d}, long!\n"));
    }

    #[test]
    fn words_of_any_script_count() {
        assert_eq!(Document::read("Ὁ φάρος ΦΩΤΊΖΕΙ τη θάλασσα").word_count(), 5);
        assert_eq!(
            Shingles::of("ÜBER DEM MEER STEHT LICHT"),
            Shingles::of("über dem Meer steht Licht")
        );
        assert_eq!(Document::read("маяк 灯台 منارة").word_count(), 3);
    }

    #[test]
    fn short_and_empty_texts_are_defined() {
        assert!(Shingles::of("").is_empty() && Shingles::of(" ,.; ").is_empty());
        assert_eq!(containment("", "one two three four five"), 0.0);
        assert_eq!(containment("one two", ""), 0.0);
        assert_eq!(containment("one two", "Two; one. One two"), 0.0);
        assert_eq!(containment("one two", "One, two!"), 1.0);
    }

    #[test]
    fn a_part_of_a_source_is_wholly_contained_but_not_the_other_way_round() {
        let source = "one two three four five six seven eight nine ten";
        assert_eq!(containment("three four five six seven", source), 1.0);
        assert!(containment(source, "three four five six seven") < 0.2);
    }

    #[test]
    fn shared_passages_are_quoted_longest_first() {
        let source = Shingles::of("a b c d e f g. Then h i j k l m n o p");
        let document = Document::read("New: A b c d e! Other; h, i j k l m n. End of it all");
        let passages = document.shared_passages(&source);
        let found: Vec<_> = passages.iter().map(|passage| (passage.text, passage.words)).collect();
        assert_eq!(found, [("h, i j k l m n", 7), ("A b c d e", 5)]);
    }

    #[test]
    fn a_short_text_is_one_passage() {
        let passages = Document::read("Two words.").shared_passages(&Shingles::of("two words"));
        assert_eq!(passages, [Passage { text: "Two words", words: 2 }]);
    }

    proptest! {
        #[test]
        fn any_text_with_words_contains_itself(text in "\\PC{0,200}") {
            let expected = if words(&text).is_empty() { 0.0 } else { 1.0 };
            prop_assert_eq!(containment(&text, &text), expected);
        }

        #[test]
        fn texts_without_a_common_word_share_nothing(one in "([a-m]{1,6} ){0,40}", other in "([n-z]{1,6} ){0,40}") {
            prop_assert_eq!(containment(&one, &other), 0.0);
        }

        #[test]
        fn containment_is_a_share(one in "([a-c] ){0,30}", other in "([a-c] ){0,30}") {
            prop_assert!((0.0..=1.0).contains(&containment(&one, &other)));
        }

        #[test]
        fn what_a_source_gains_takes_nothing_away(one in "([a-c] ){5,30}", other in "([a-c] ){5,30}", more in "([a-c] ){0,30}") {
            let before = containment(&one, &other);
            let after = containment(&one, &format!("{other}{more}"));
            prop_assert!(after >= before);
        }

        #[test]
        fn the_order_of_shingles_does_not_count(text in "([a-d]{1,2} ){0,60}") {
            let document = Document::read(&text);
            let reversed = Shingles(document.sequence.iter().rev().copied().collect());
            prop_assert_eq!(document.shingles(), reversed);
        }

        #[test]
        fn paragraphs_may_change_places(paragraphs in prop::collection::vec("([a-z]{1,8} ){5,20}", 1..6), turn in 0_usize..6) {
            let mut moved = paragraphs.clone();
            moved.rotate_left(turn % paragraphs.len());
            let (source, moved) = (paragraphs.join("\n"), moved.join("\n"));
            // Only the shingles across the new seam can be new.
            let total = Shingles::of(&moved).len() as f64;
            prop_assert!(containment(&moved, &source) >= 1.0 - (WIDTH - 1) as f64 / total - 1e-9);
        }

        #[test]
        fn passages_stand_in_the_document(one in "([a-c]{1,2}[ .]){0,40}", other in "([a-c]{1,2} ){0,40}") {
            let source = Shingles::of(&other);
            let document = Document::read(&one);
            let passages = document.shared_passages(&source);
            prop_assert_eq!(passages.is_empty(), document.shingles().contained_in(&source) == 0.0);
            for passage in passages {
                prop_assert!(one.contains(passage.text));
                prop_assert_eq!(Shingles::of(passage.text).contained_in(&source), 1.0);
            }
        }
    }
}
