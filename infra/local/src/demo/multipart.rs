//! The form that S3's presigned POST takes.

use std::collections::BTreeMap;

/// A form's body with the type that names its boundary.
pub(super) struct Form {
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// A form of the fields and, last as S3 wants it, the file. The boundary must not occur in them.
pub(super) fn form(boundary: &str, fields: &BTreeMap<String, String>, file: &[u8]) -> Form {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"document.txt\"\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Form { content_type: format!("multipart/form-data; boundary={boundary}"), body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_stands_last() {
        let fields = BTreeMap::from([
            ("policy".to_owned(), "abc=".to_owned()),
            ("key".to_owned(), "uploads/1".to_owned()),
        ]);
        let form = form("B", &fields, b"text");
        assert_eq!(form.content_type, "multipart/form-data; boundary=B");
        assert_eq!(
            String::from_utf8(form.body).unwrap(),
            "--B\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nuploads/1\r\n\
             --B\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\nabc=\r\n\
             --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"document.txt\"\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\ntext\r\n--B--\r\n"
        );
    }
}
