//! Searching by the beginnings of words.

/// Words that are looked for, case-folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of a question.
    #[must_use]
    pub fn new(question: &str) -> Self {
        Self(question.split_whitespace().map(str::to_lowercase).collect())
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each word begins some word of the texts.
    #[must_use]
    pub fn are_in(&self, texts: &[impl AsRef<str>]) -> bool {
        let texts: Vec<_> = texts.iter().map(|text| text.as_ref().to_lowercase()).collect();
        let begins = |word: &String| {
            texts.iter().flat_map(|text| text.split_whitespace()).any(|part| part.starts_with(word))
        };
        self.0.iter().all(begins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_how_they_begin() {
        let texts = ["Face Recognition", "fr"];
        for (question, is_found) in
            [("rec", true), ("FACE fr", true), ("ace", false), ("face x", false), (" ", true)]
        {
            assert_eq!(Words::new(question).are_in(&texts), is_found, "{question:?}");
        }
    }
}
