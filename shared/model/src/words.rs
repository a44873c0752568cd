//! Searching by the beginnings of words.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Words that are looked for, as [`folded`] has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of a question.
    #[must_use]
    pub fn new(question: &str) -> Self {
        Self(question.split_whitespace().map(folded).collect())
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The longest of them, which fewest things have.
    #[must_use]
    pub fn longest(&self) -> Option<&str> {
        self.0.iter().max_by_key(|word| word.len()).map(String::as_str)
    }

    /// Whether each word begins some word of the texts.
    #[must_use]
    pub fn are_in(&self, texts: &[impl AsRef<str>]) -> bool {
        let texts: Vec<_> = texts.iter().map(|text| folded(text.as_ref())).collect();
        let begins = |word: &String| {
            texts.iter().flat_map(|text| text.split_whitespace()).any(|part| part.starts_with(word))
        };
        self.0.iter().all(begins)
    }
}

/// A text such that letter case and accents make no other of it.
#[must_use]
pub fn folded(text: &str) -> String {
    const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
    let is_accent = |character: &char| ('\u{300}'..='\u{36f}').contains(character);
    NFKD.normalize(&text.to_lowercase()).chars().filter(|character| !is_accent(character)).collect()
}

/// The words that things of these texts are found by: at most so many, each of a
/// bounded length, none twice.
#[must_use]
pub fn words_of<'a>(texts: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<String> {
    const LONGEST: usize = 40;
    let mut words: Vec<String> = Vec::new();
    for text in texts {
        for word in folded(text).split(|c: char| c.is_whitespace()).filter(|word| !word.is_empty())
        {
            let word: String = word.chars().take(LONGEST).collect();
            if words.len() < most && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_how_they_begin() {
        let texts = ["Face Recognition", "fr", "Élan Müller"];
        for (question, is_found) in [
            ("rec", true),
            ("FACE fr", true),
            ("ace", false),
            ("face x", false),
            (" ", true),
            ("elan", true),
            ("élan mul", true),
        ] {
            assert_eq!(Words::new(question).are_in(&texts), is_found, "{question:?}");
        }
    }

    #[test]
    fn a_thing_has_each_word_once_and_not_too_many() {
        let words = words_of(["Hill Farm", "hill@Farm.example HILL"], 10);
        assert_eq!(words, ["hill", "farm", "hill@farm.example"]);
        assert_eq!(words_of(["a b c d"], 2), ["a", "b"]);
        assert_eq!(words_of([&*"x".repeat(100)], 2)[0].len(), 40);
    }

    #[test]
    fn the_longest_word_says_most() {
        assert_eq!(Words::new("a farm of").longest(), Some("farm"));
        assert_eq!(Words::new(" ").longest(), None);
    }
}
