//! Places of the page as addresses: what stands behind the `?` of an address, and the search of a list written so.
//!
//! The words are those of the command's options: `#/types?search=sk_buff&in=member&kind=struct&sort=size`.

use explore::{Field, Group, Match, Order, Query};
use std::fmt::Write;

/// Parameters of an address, in order. A parameter without a value is a switch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those of an address: what follows its first `?`.
    pub fn of(address: &str) -> Parameters {
        let behind = address.split_once('?').map_or("", |(_, behind)| behind);
        let parts = behind.split('&').filter(|part| !part.is_empty());
        let parts = parts.map(|part| match part.split_once('=') {
            Some((name, value)) => (decoded(name), decoded(value)),
            None => (decoded(part), String::new()),
        });
        Parameters(parts.collect())
    }

    /// The value of a parameter; `None` if it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(there, _)| there == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether the parameter exists, with a value or without.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(there, _)| there == name)
    }

    /// Adds a parameter, unless its value is empty.
    pub fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Adds a switch if it is on.
    pub fn switch(&mut self, name: &str, on: bool) {
        if on {
            self.0.push((name.to_owned(), String::new()));
        }
    }

    /// The address with these parameters behind it.
    pub fn behind(&self, address: &str) -> String {
        let mut text = address.to_owned();
        for (at, (name, value)) in self.0.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(&encoded(name));
            if !value.is_empty() {
                text.push('=');
                text.push_str(&encoded(value));
            }
        }
        text
    }
}

/// All parameters that a search consists of.
const OF_QUERY: [&str; 13] = [
    "search",
    "match",
    "in",
    "kind",
    "min-size",
    "max-size",
    "holes",
    "bitfields",
    "flexible",
    "repeated",
    "own",
    "sort",
    "reverse",
];

/// Whether an address contains a search.
pub fn has_query(parameters: &Parameters) -> bool {
    OF_QUERY.iter().any(|name| parameters.has(name))
}

/// Removes a search.
pub fn remove_query(parameters: &mut Parameters) {
    (parameters.0).retain(|(name, _)| !OF_QUERY.contains(&name.as_str()));
}

/// Adds a search; what is as usual is left out.
pub fn add_query(parameters: &mut Parameters, query: &Query) {
    let usual = Query::default();
    let filter = &query.filter;
    let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    parameters.add("search", &query.text);
    if query.matching != usual.matching {
        parameters.add("match", query.matching.word());
    }
    if query.field != usual.field {
        parameters.add("in", query.field.word());
    }
    let kinds: Vec<&str> = filter.groups.iter().map(|group| group.word()).collect();
    parameters.add("kind", &kinds.join(","));
    parameters.add("min-size", &number(filter.at_least));
    parameters.add("max-size", &number(filter.at_most));
    parameters.switch("holes", filter.holes);
    parameters.switch("bitfields", filter.bitfields);
    parameters.switch("flexible", filter.flexible);
    parameters.switch("repeated", filter.repeated);
    parameters.switch("own", filter.own);
    if query.order != usual.order {
        parameters.add("sort", query.order.word());
    }
    parameters.switch("reverse", query.reversed);
}

/// The search of an address, and the parameters in it that mean nothing, as they stand there.
pub fn query(parameters: &Parameters) -> (Query, Vec<String>) {
    let mut query = Query::default();
    let mut unknown = Vec::new();
    let mut read = |name: &str, value: &str, known: bool| {
        if !known {
            unknown.push(format!("{name}={value}"));
        }
    };
    if let Some(text) = parameters.get("search") {
        query.text = text.to_owned();
    }
    if let Some(word) = parameters.get("match") {
        let found = Match::ALL.into_iter().find(|one| one.word() == word);
        query.matching = found.unwrap_or_default();
        read("match", word, found.is_some());
    }
    if let Some(word) = parameters.get("in") {
        let found = Field::ALL.into_iter().find(|one| one.word() == word);
        query.field = found.unwrap_or_default();
        read("in", word, found.is_some());
    }
    for word in parameters
        .get("kind")
        .into_iter()
        .flat_map(|all| all.split(','))
    {
        let found = Group::from_word(word);
        query.filter.groups.extend(found);
        read("kind", word, found.is_some());
    }
    for (name, place) in [
        ("min-size", &mut query.filter.at_least),
        ("max-size", &mut query.filter.at_most),
    ] {
        if let Some(number) = parameters.get(name) {
            *place = number.parse().ok();
            read(name, number, place.is_some());
        }
    }
    if let Some(word) = parameters.get("sort") {
        let found = Order::ALL.into_iter().find(|one| one.word() == word);
        query.order = found.unwrap_or_default();
        read("sort", word, found.is_some());
    }
    for (name, place) in [
        ("holes", &mut query.filter.holes),
        ("bitfields", &mut query.filter.bitfields),
        ("flexible", &mut query.filter.flexible),
        ("repeated", &mut query.filter.repeated),
        ("own", &mut query.filter.own),
        ("reverse", &mut query.reversed),
    ] {
        *place = parameters.has(name);
    }
    (query, unknown)
}

/// A text as a part of an address. What means nothing there stays readable.
fn encoded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' | b'*' | b',' | b':' | b'/' | b'@' | b'(' | b')' => {
                safe.push(char::from(byte));
            }
            byte if byte.is_ascii_alphanumeric() => safe.push(char::from(byte)),
            // Writing to a string cannot fail.
            byte => {
                let _ = write!(safe, "%{byte:02X}");
            }
        }
    }
    safe
}

/// The text that [`encoded`] made a part of. A `%` that begins no byte is taken as it stands.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, behind @ ..] = rest {
        let digit = |at: usize| char::from(*behind.get(at)?).to_digit(16);
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = behind.get(2..).unwrap_or_default();
            }
            (b'+', ..) => {
                bytes.push(b' ');
                rest = behind;
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use explore::Filter;

    fn address(query: &Query) -> String {
        let mut parameters = Parameters::default();
        add_query(&mut parameters, query);
        parameters.behind("#/types")
    }

    #[test]
    fn a_search_that_is_as_usual_adds_nothing() {
        assert_eq!(address(&Query::default()), "#/types");
        assert!(!has_query(&Parameters::of("#/types?member=len")));
    }

    #[test]
    fn an_address_contains_the_whole_search() {
        let query = Query {
            text: "struct sk_buff * & 50 % + ü".to_owned(),
            matching: Match::Fuzzy,
            field: Field::Member,
            filter: Filter {
                groups: vec![Group::Struct, Group::Enum],
                at_least: Some(8),
                at_most: Some(4096),
                holes: true,
                bitfields: true,
                flexible: true,
                repeated: true,
                own: true,
                ..Filter::default()
            },
            order: Order::Size,
            reversed: true,
        };
        let address = address(&query);
        assert_eq!(
            address,
            "#/types?search=struct%20sk_buff%20*%20%26%2050%20%25%20%2B%20%C3%BC&match=fuzzy&in=member\
             &kind=struct,enum&min-size=8&max-size=4096&holes&bitfields&flexible&repeated&own&sort=size&reverse"
        );
        let parameters = Parameters::of(&address);
        assert!(has_query(&parameters));
        assert_eq!(super::query(&parameters), (query, Vec::new()));
    }

    #[test]
    fn a_search_is_replaced_beside_what_else_an_address_contains() {
        let mut parameters = Parameters::of("#/type/struct/x?member=len&search=a&holes&sort=size");
        remove_query(&mut parameters);
        let query = Query {
            text: "b".to_owned(),
            ..Query::default()
        };
        add_query(&mut parameters, &query);
        let address = parameters.behind("#/type/struct/x");
        assert_eq!(address, "#/type/struct/x?member=len&search=b");
    }

    #[test]
    fn what_means_nothing_is_reported_and_the_rest_is_read() {
        let parameters = Parameters::of(
            "#/types?kind=struct,klass&sort=beauty&min-size=-1&search=a+b&in=nowhere",
        );
        let (query, unknown) = super::query(&parameters);
        assert_eq!(query.filter.groups, [Group::Struct]);
        assert_eq!(query.text, "a b");
        assert_eq!(
            unknown,
            ["in=nowhere", "kind=klass", "min-size=-1", "sort=beauty"]
        );
    }

    #[test]
    fn parameters_that_are_written_oddly_are_taken_as_they_stand() {
        let parameters = Parameters::of("#/type/struct/x?member=50%&&tab=raw=x&%zz&holes");
        assert_eq!(parameters.get("member"), Some("50%"));
        assert_eq!(parameters.get("tab"), Some("raw=x"));
        assert!(parameters.has("%zz") && parameters.has("holes"));
        assert_eq!(parameters.get("holes"), None);
        assert_eq!(Parameters::of("#/types"), Parameters::default());
    }
}
