//! From a comparison to the report that is sent to the platform.

use serde::Serialize;

use crate::corpus::{Corpus, Match};
use crate::shingles::{Document, WIDTH};

/// Originality below this is an alert.
pub const ALERT_BELOW: f64 = 0.5;
/// Originality below this is a warning.
pub const WARNING_BELOW: f64 = 0.8;

/// How many sources and, of each, how many passages are named, and how long a quotation may be.
const SOURCES: usize = 5;
const PASSAGES: usize = 3;
const QUOTED_CHARACTERS: usize = 400;

/// A provider's answer to a request, in the provider API's form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// 1 processed, 2 error.
    pub status: u8,
    /// How original the document is, from 0 (all of it stands in one source) to 1.
    pub result: Option<f64>,
    /// 0 pending (no verdict), 1 ok, 2 warning, 3 alert.
    pub code: u8,
    /// Why there is no result.
    pub error_message: Option<String>,
    /// What the verdict rests on.
    pub audit_data: Option<Audit>,
}

/// What a verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// The number of words in a shingle.
    pub shingle_words: usize,
    /// The number of words in the document.
    pub document_words: usize,
    /// The number of texts that it was compared with.
    pub corpus_texts: usize,
    /// The closest sources, the closest first.
    pub sources: Vec<AuditSource>,
}

/// A source that the document shares something with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditSource {
    /// The source's name.
    pub source: String,
    /// The share of the document's shingles that the source has too.
    pub containment: f64,
    /// The longest passages in common.
    pub passages: Vec<AuditPassage>,
}

/// A passage that stands in the document and in the source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditPassage {
    /// The number of its words.
    pub words: usize,
    /// Its beginning.
    pub text: String,
}

/// Judges a document by what it shares with the corpus.
///
/// # Errors
/// Says why the document can't be judged: it is not text in UTF-8, or holds no words.
pub fn judge(corpus: &Corpus, document: &[u8]) -> Result<Report, &'static str> {
    let text =
        std::str::from_utf8(document).map_err(|_| "The document is not plain text in UTF-8.")?;
    let document = Document::read(text);
    if document.word_count() == 0 {
        return Err("The document holds no words.");
    }
    let matches = corpus.matches(&document);
    let originality = 1.0 - matches.first().map_or(0.0, |closest| closest.containment);
    Ok(Report {
        status: 1,
        result: Some(rounded(originality)),
        code: code_of(originality),
        error_message: None,
        audit_data: Some(Audit {
            shingle_words: WIDTH,
            document_words: document.word_count(),
            corpus_texts: corpus.len(),
            sources: matches.iter().take(SOURCES).map(AuditSource::from).collect(),
        }),
    })
}

/// The report on a document that can't be judged.
#[must_use]
pub fn unreadable(reason: impl Into<String>) -> Report {
    Report {
        status: 2,
        result: None,
        code: 0,
        error_message: Some(reason.into()),
        audit_data: None,
    }
}

fn code_of(originality: f64) -> u8 {
    if originality < ALERT_BELOW {
        3
    } else if originality < WARNING_BELOW {
        2
    } else {
        1
    }
}

fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

impl From<&Match<'_>> for AuditSource {
    fn from(found: &Match<'_>) -> Self {
        let passages = found.passages.iter().take(PASSAGES).map(|passage| AuditPassage {
            words: passage.words,
            text: passage.text.chars().take(QUOTED_CHARACTERS).collect(),
        });
        Self {
            source: found.source.to_owned(),
            containment: rounded(found.containment),
            passages: passages.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus() -> Corpus {
        let mut corpus = Corpus::default();
        corpus.add("numbers", "one two three four five six seven eight nine ten");
        corpus
    }

    #[test]
    fn thresholds_decide_the_code() {
        let codes = [0.0, 0.499, 0.5, 0.799, 0.8, 1.0].map(code_of);
        assert_eq!(codes, [3, 3, 2, 2, 1, 1]);
    }

    #[test]
    fn a_copy_is_an_alert_and_names_its_source() {
        let report = judge(&corpus(), b"Two three four five six, seven eight").unwrap();
        assert_eq!((report.status, report.result, report.code), (1, Some(0.0), 3));
        let audit = report.audit_data.unwrap();
        assert_eq!((audit.document_words, audit.corpus_texts), (7, 1));
        assert_eq!(audit.sources[0].source, "numbers");
        assert_eq!(audit.sources[0].passages[0].words, 7);
    }

    #[test]
    fn what_shares_nothing_is_original() {
        let report = judge(&corpus(), "völlig eigene Worte über das Meer".as_bytes()).unwrap();
        assert_eq!((report.result, report.code), (Some(1.0), 1));
        assert!(report.audit_data.unwrap().sources.is_empty());
    }

    #[test]
    fn what_is_no_text_is_not_judged() {
        assert!(judge(&corpus(), &[0xff, 0xfe, 0x00]).is_err());
        assert!(judge(&corpus(), b" \n ").is_err());
    }

    #[test]
    fn the_texts_of_the_demo_get_the_codes_it_expects() {
        let texts = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../texts"));
        let corpus = Corpus::load(&texts.join("corpus")).unwrap();
        let code = |name: &str| {
            let text = std::fs::read(texts.join("submissions").join(name)).unwrap();
            judge(&corpus, &text).unwrap().code
        };
        assert_eq!(["original.txt", "near-copy.txt", "unrelated.txt"].map(code), [1, 3, 1]);
    }

    #[test]
    fn quotations_are_bounded() {
        let text = "word ".repeat(10_000);
        let mut corpus = Corpus::default();
        corpus.add("long", &text);
        let audit = judge(&corpus, text.as_bytes()).unwrap().audit_data.unwrap();
        assert_eq!(audit.sources[0].passages[0].text.chars().count(), QUOTED_CHARACTERS);
    }
}
