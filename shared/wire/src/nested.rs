//! Objects within objects, and lists of them, read field by field.

use attesta_model::{Kind, Problem, Reason};
use axum::body::Bytes;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::{Fields, FromFields, Unknown};

impl Fields {
    /// An object that may be absent or null, which are the same. Fields of it
    /// that nobody asked for are refused; what is wrong with one is noted as of
    /// `object.field`.
    pub fn object<T: FromFields>(&mut self, name: &str) -> Option<T> {
        let written = self.written(name).unwrap_or_default();
        match self.map.remove(name)? {
            Value::Null => None,
            Value::Object(map) => self.nested(name, map, written),
            _ => {
                self.problem(name, Reason::NotA(Kind::Object));
                None
            }
        }
    }

    /// An object that must be there and not null.
    pub fn required_object<T: FromFields>(&mut self, name: &str) -> Option<T> {
        match self.map.get(name) {
            None => self.problem(name, Reason::Required),
            Some(Value::Null) => self.problem(name, Reason::Null),
            Some(_) => return self.object(name),
        }
        None
    }

    /// A list of up to so many objects that may be absent or null; none then.
    pub fn objects<T: FromFields>(&mut self, name: &str, most: usize) -> Option<Vec<T>> {
        let written = self.written(name).unwrap_or_default();
        match self.map.remove(name)? {
            Value::Null => None,
            Value::Array(values) if values.len() > most => {
                self.problem(name, Reason::Rule(format!("must have at most {most} entries")));
                None
            }
            Value::Array(values) => {
                let rows: Vec<&RawValue> = serde_json::from_slice(&written).unwrap_or_default();
                let rows: Vec<_> =
                    rows.into_iter().map(|row| written.slice_ref(row.get().as_bytes())).collect();
                let read = values.into_iter().enumerate().map(|(at, value)| {
                    let (name, written) = (format!("{name}.{at}"), rows.get(at).cloned());
                    match value {
                        Value::Object(map) => self.nested(&name, map, written.unwrap_or_default()),
                        _ => {
                            self.problem(&name, Reason::NotA(Kind::Object));
                            None
                        }
                    }
                });
                read.collect::<Vec<_>>().into_iter().collect()
            }
            _ => {
                self.problem(name, Reason::NotA(Kind::List));
                None
            }
        }
    }

    fn nested<T: FromFields>(
        &mut self,
        name: &str,
        map: Map<String, Value>,
        written: Bytes,
    ) -> Option<T> {
        match Self::read(map, written, Unknown::Refused) {
            Ok(read) => Some(read),
            Err(attesta_model::Error::Invalid(problems)) => {
                for Problem { field, reason } in problems {
                    let field =
                        field.map_or_else(|| name.to_owned(), |field| format!("{name}.{field}"));
                    self.problem(&field, reason);
                }
                None
            }
            Err(_) => {
                self.problem(name, Reason::NotA(Kind::Object));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Text;

    #[derive(Debug, PartialEq)]
    struct Inner(String);

    impl FromFields for Inner {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            Some(Self(fields.required::<Text<3>>("a")?.0))
        }
    }

    #[derive(Debug, PartialEq)]
    struct Outer {
        one: Option<Inner>,
        many: Option<Vec<Inner>>,
    }

    impl FromFields for Outer {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            Some(Self { one: fields.object("one"), many: fields.objects("many", 2) })
        }
    }

    fn read(value: &Value) -> Result<Outer, Vec<String>> {
        let Value::Object(map) = value.clone() else { panic!("an object") };
        let written = Bytes::from(value.to_string());
        Fields::read(map, written, Unknown::Refused).map_err(|error| match error {
            attesta_model::Error::Invalid(problems) => {
                problems.into_iter().filter_map(|problem| problem.field).collect()
            }
            other => panic!("{other}"),
        })
    }

    #[test]
    fn absent_and_null_are_the_same() {
        let none = Outer { one: None, many: None };
        assert_eq!(read(&json!({})), Ok(none));
        assert_eq!(read(&json!({"one": null, "many": null})), read(&json!({})));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_whole_place() {
        let inner = |text: &str| Inner(text.to_owned());
        let outer = Outer { one: Some(inner("x")), many: Some(vec![inner("y"), inner("z")]) };
        let body = json!({"one": {"a": "x"}, "many": [{"a": "y"}, {"a": "z"}]});
        assert_eq!(read(&body), Ok(outer));
        let wrong = json!({"one": {"a": "long", "b": 1}, "many": [{"a": "y"}, {}]});
        assert_eq!(read(&wrong), Err(["one.a", "one.b", "many.1.a"].map(str::to_owned).to_vec()));
        for (body, field) in [
            (json!({"one": 1}), "one"),
            (json!({"many": {}}), "many"),
            (json!({"many": [1]}), "many.0"),
            (json!({"many": [{}, {}, {}]}), "many"),
        ] {
            assert_eq!(read(&body), Err(vec![field.to_owned()]), "{body}");
        }
    }
}
