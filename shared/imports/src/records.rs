//! CSV as it comes in: RFC 4180, read piece by piece, a record at a time.

use csv_core::{ReadRecordResult, Reader};

/// The longest record that is read.
const MOST_BYTES: usize = 64 * 1024;
/// The most fields that a record may have.
const MOST_FIELDS: usize = 1_024;
/// What some programs begin UTF-8 with.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Why a file can't be read, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) String);

/// A place between two records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// So many bytes are before it.
    pub(crate) offset: u64,
    /// So many line breaks are before it.
    pub(crate) lines: u64,
}

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    fields: String,
    ends: Vec<usize>,
    /// Before its first byte.
    pub(crate) start: Place,
    /// After its last.
    pub(crate) end: Place,
    /// Its first and its last line, counted from one.
    pub(crate) lines: (u64, u64),
}

impl Record {
    /// How many fields it has.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field without the space around it.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        Some(self.fields.get(start..*self.ends.get(at)?)?.trim())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Whether every field is blank, as spreadsheets leave them below a table.
    fn is_blank(&self) -> bool {
        self.fields.trim().is_empty()
    }
}

/// Reads records of what it is fed.
#[derive(Debug)]
pub(crate) struct Records {
    reader: Reader,
    input: Vec<u8>,
    /// So much of the input is read.
    read: usize,
    has_ended: bool,
    place: Place,
    /// Where the record that is being read began.
    start: Option<Place>,
    output: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    fields: usize,
}

impl Records {
    /// From a place on; what it is fed begins there.
    pub(crate) fn from(place: Place) -> Self {
        Self {
            reader: Reader::new(),
            input: Vec::new(),
            read: 0,
            has_ended: false,
            place,
            start: None,
            output: vec![0; 1_024],
            written: 0,
            ends: vec![0; 32],
            fields: 0,
        }
    }

    /// Takes what comes next.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.input.drain(..self.read);
        self.read = 0;
        self.input.extend_from_slice(bytes);
    }

    /// Nothing more comes.
    pub(crate) const fn end(&mut self) {
        self.has_ended = true;
    }

    /// Whether nothing more comes.
    pub(crate) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The next record that is not blank; none where more has to be fed, or
    /// nothing is left.
    pub(crate) fn next(&mut self) -> Result<Option<Record>, Unreadable> {
        loop {
            match self.next_of_any()? {
                Some(record) if record.is_blank() => {}
                other => return Ok(other),
            }
        }
    }

    fn next_of_any(&mut self) -> Result<Option<Record>, Unreadable> {
        let start = match self.start {
            Some(start) => start,
            None => match self.begin() {
                Some(start) => *self.start.insert(start),
                None => return Ok(None),
            },
        };
        loop {
            // A line break ends what is not quoted.
            let is_over = self.has_ended && self.read == self.input.len();
            let input = if is_over { b"\n" } else { &self.input[self.read..] };
            if input.is_empty() {
                return Ok(None);
            }
            let (output, ends) = (&mut self.output[self.written..], &mut self.ends[self.fields..]);
            let (result, read, written, fields) = self.reader.read_record(input, output, ends);
            if !is_over {
                self.advance(read);
            }
            self.written += written;
            self.fields += fields;
            match result {
                ReadRecordResult::Record => {
                    self.start = None;
                    return self.record(start).map(Some);
                }
                ReadRecordResult::InputEmpty if is_over => {
                    return Err(unreadable(start, "a quoted field has no end"));
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
                ReadRecordResult::OutputFull if self.output.len() < MOST_BYTES => {
                    self.output.resize(2 * self.output.len(), 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_FIELDS => {
                    self.ends.resize(2 * self.ends.len(), 0);
                }
                ReadRecordResult::OutputFull => {
                    return Err(unreadable(start, "a row is longer than 64 KiB"));
                }
                ReadRecordResult::OutputEndsFull => {
                    return Err(unreadable(start, "a row has more than 1024 fields"));
                }
            }
        }
    }

    /// Passes over what stands before a record; where it begins.
    fn begin(&mut self) -> Option<Place> {
        let rest = &self.input[self.read..];
        if self.place.offset == 0 {
            if !self.has_ended && rest.len() < BOM.len() && BOM.starts_with(rest) {
                return None;
            }
            if rest.starts_with(BOM) {
                self.advance(BOM.len());
            }
        }
        let rest = &self.input[self.read..];
        let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.advance(breaks);
        (self.read < self.input.len()).then_some(self.place)
    }

    fn advance(&mut self, by: usize) {
        let passed = &self.input[self.read..self.read + by];
        self.place.lines += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.place.offset += u64::try_from(by).unwrap_or_default();
        self.read += by;
    }

    fn record(&mut self, start: Place) -> Result<Record, Unreadable> {
        let (written, fields) =
            (std::mem::take(&mut self.written), std::mem::take(&mut self.fields));
        let ends = self.ends[..fields].to_vec();
        let text = std::str::from_utf8(&self.output[..written]);
        let text = text.ok().filter(|text| ends.iter().all(|end| text.is_char_boundary(*end)));
        let fields = text.ok_or_else(|| unreadable(start, "it is not UTF-8"))?.to_owned();
        let ends_line = self.read > 0 && self.input[self.read - 1] == b'\n';
        let first = start.lines + 1;
        let last = self.place.lines + u64::from(!ends_line);
        Ok(Record { fields, ends, start, end: self.place, lines: (first, last.max(first)) })
    }
}

fn unreadable(at: Place, what: &str) -> Unreadable {
    Unreadable(format!("The file can't be read from line {} on: {what}.", at.lines + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every record's first and last line and fields, fed so many bytes at a time.
    fn read(text: &[u8], piece: usize) -> Result<Vec<(u64, u64, Vec<String>)>, Unreadable> {
        let (mut records, mut found) = (Records::from(Place::default()), Vec::new());
        let mut pieces = text.chunks(piece);
        loop {
            while let Some(record) = records.next()? {
                let (first, last) = record.lines;
                found.push((first, last, record.iter().map(str::to_owned).collect()));
            }
            match pieces.next() {
                Some(piece) => records.feed(piece),
                None if records.has_ended() => return Ok(found),
                None => records.end(),
            }
        }
    }

    const FILE: &[u8] =
        b"\xef\xbb\xbfa, b\r\n\r\n1,\"x \"\"y\"\"\r\nz\"\r\n,,\r\n2,caf\xc3\xa9\n\n3,last";

    #[test]
    fn records_are_the_same_in_pieces_of_any_size() {
        let fields = |fields: [&str; 2]| fields.map(str::to_owned).to_vec();
        let expected = vec![
            (1, 1, fields(["a", "b"])),
            (3, 4, fields(["1", "x \"y\"\r\nz"])),
            (6, 6, fields(["2", "caf\u{e9}"])),
            (8, 8, fields(["3", "last"])),
        ];
        for piece in [1, 2, 3, 7, 1000] {
            assert_eq!(read(FILE, piece), Ok(expected.clone()), "{piece}");
        }
    }

    #[test]
    fn reading_goes_on_where_a_record_ended() {
        let mut whole = Records::from(Place::default());
        whole.feed(FILE);
        whole.end();
        whole.next().expect("readable");
        while let Some(record) = whole.next().expect("readable") {
            for place in [record.start, record.end] {
                let mut rest = Records::from(place);
                rest.feed(&FILE[usize::try_from(place.offset).expect("small")..]);
                rest.end();
                let again = rest.next().expect("readable");
                let same = again.as_ref() == Some(&record);
                let next = again.as_ref().is_none_or(|again| again.lines.0 > record.lines.1);
                assert!(if place == record.start { same } else { next }, "{place:?} {again:?}");
            }
        }
    }

    #[test]
    fn what_is_no_csv_is_told_by_its_line() {
        let long = [b"a\n", vec![b'x'; 70_000].as_slice()].concat();
        let wide = [b"a\n", vec![b','; 2_000].as_slice(), b"x"].concat();
        for (text, line, what) in [
            (b"a\nb\n\"c\nd".as_slice(), 3, "no end"),
            (b"a\n\xff\n".as_slice(), 2, "UTF-8"),
            (b"a\n\xc3,\xa9\n".as_slice(), 2, "UTF-8"),
            (&long, 2, "longer"),
            (&wide, 2, "fields"),
        ] {
            let Err(Unreadable(told)) = read(text, 50) else { panic!("{what} was read") };
            assert!(told.contains(&format!("line {line} ")) && told.contains(what), "{told}");
        }
    }
}
