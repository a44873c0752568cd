//! The texts that documents are compared with.

use std::io;
use std::path::Path;

use crate::shingles::{Document, Passage, Shingles};

/// A text of the corpus.
#[derive(Debug)]
struct Source {
    name: String,
    shingles: Shingles,
}

/// All texts that documents are compared with.
#[derive(Debug, Default)]
pub struct Corpus {
    sources: Vec<Source>,
}

/// What a document shares with one text of the corpus.
#[derive(Debug, PartialEq)]
pub struct Match<'a> {
    /// The name of the text.
    pub source: &'a str,
    /// The share of the document's shingles that the text has too, from 0 to 1.
    pub containment: f64,
    /// What both have in common, the longest first.
    pub passages: Vec<Passage<'a>>,
}

impl Corpus {
    /// Reads all `.txt` files of a directory; a file's name without its ending names the text.
    ///
    /// # Errors
    /// Where the directory or a file can't be read, or a file is not UTF-8.
    pub fn load(directory: &Path) -> io::Result<Self> {
        let mut corpus = Self::default();
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "txt") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                corpus.add(name, &std::fs::read_to_string(&path)?);
            }
        }
        Ok(corpus)
    }

    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: &str) {
        let (name, shingles) = (name.into(), Shingles::of(text));
        self.sources.push(Source { name, shingles });
    }

    /// The number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The texts that share anything with the document, the closest first, equal ones by name.
    #[must_use]
    pub fn matches<'a>(&'a self, document: &Document<'a>) -> Vec<Match<'a>> {
        let shingles = document.shingles();
        let mut matches: Vec<Match<'a>> = self
            .sources
            .iter()
            .map(|source| Match {
                source: &source.name,
                containment: shingles.contained_in(&source.shingles),
                passages: document.shared_passages(&source.shingles),
            })
            .filter(|found| found.containment > 0.0)
            .collect();
        matches.sort_by(|one, other| {
            let closest_first = other.containment.total_cmp(&one.containment);
            closest_first.then_with(|| one.source.cmp(other.source))
        });
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT: &str = "the lamp of the lighthouse turns once in ten seconds all night";
    const BREAD: &str = "a dough of flour water and salt rests until the morning comes";

    #[test]
    fn the_order_of_the_corpus_does_not_count() {
        let (mut one, mut other) = (Corpus::default(), Corpus::default());
        for (name, text) in [("light", LIGHT), ("bread", BREAD), ("again", LIGHT)] {
            one.add(name, text);
        }
        for (name, text) in [("again", LIGHT), ("light", LIGHT), ("bread", BREAD)] {
            other.add(name, text);
        }
        let text = format!("{LIGHT}. {BREAD}");
        let document = Document::read(&text);
        assert_eq!(one.matches(&document), other.matches(&document));
        let names: Vec<_> = one.matches(&document).iter().map(|found| found.source).collect();
        assert_eq!(names, ["again", "bread", "light"]);
    }

    #[test]
    fn texts_that_share_nothing_are_left_out() {
        let mut corpus = Corpus::default();
        corpus.add("bread", BREAD);
        assert!(corpus.matches(&Document::read(LIGHT)).is_empty());
        assert!(corpus.matches(&Document::read("")).is_empty());
    }
}
