//! Numbers as people read them: grouped digits, decimal units, factors with their base.

pub use explore::grouped;

/// A number of bytes as a figure and its decimal unit.
pub fn bytes(number: u64) -> (String, &'static str) {
    let value = number as f64;
    let (figure, unit) = match number {
        0..1_000 => return (number.to_string(), "B"),
        1_000..999_950 => return (format!("{:.1}", value / 1e3), "kB"),
        999_950..999_950_000 => (value / 1e6, "MB"),
        _ => (value / 1e9, "GB"),
    };
    let text = if figure < 99.995 {
        format!("{figure:.2}")
    } else {
        format!("{figure:.1}")
    };
    (text, unit)
}

/// A number of bytes with its unit, on one line.
pub fn bytes_text(number: u64) -> String {
    let (figure, unit) = bytes(number);
    format!("{figure}\u{a0}{unit}")
}

/// How many times `before` is `after`: `none` when nothing was saved.
pub fn factor(before: u64, after: u64) -> String {
    if before == 0 {
        return "–".to_owned();
    }
    if before <= after {
        return "none".to_owned();
    }
    if after == 0 {
        return "all".to_owned();
    }
    let factor = before as f64 / after as f64;
    if factor < 9.95 {
        format!("{factor:.1}×")
    } else {
        format!("{}×", grouped(factor.round() as u64))
    }
}

/// A share of a whole in percent, as text.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    if percent > 0.0 && percent < 0.95 {
        format!("{percent:.1}%")
    } else {
        format!("{percent:.0}%")
    }
}

/// A time that a stage took.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 0.0005 => "< 1 ms".to_owned(),
        s if s < 0.0995 => format!("{:.0} ms", s * 1e3),
        s if s < 99.95 => format!("{s:.1} s"),
        s => clock(s),
    }
}

/// A running clock: minutes, seconds and tenths.
pub fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0) as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// A number with its noun in the right form.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// The end of a path in at most `most` characters, cut between its parts where that is possible.
pub fn path_end(path: &str, most: usize) -> String {
    if path.chars().count() <= most {
        return path.to_owned();
    }
    let room = most.saturating_sub(2);
    let fits = |(at, _): &(usize, char)| path[at + 1..].chars().count() <= room;
    match path.char_indices().filter(|(_, c)| *c == '/').find(fits) {
        Some((at, _)) => format!("…{}", &path[at..]),
        None => {
            let skip = path.chars().count() - most.saturating_sub(1);
            format!("…{}", path.chars().skip(skip).collect::<String>())
        }
    }
}

/// Where a number lies on a logarithmic axis from 1 to `top`, 0 to 1. Small numbers stay visible.
pub fn log_share(number: u64, top: u64) -> f64 {
    match number {
        0 => 0.0,
        _ => {
            let span = (top.max(10) as f64).log10();
            ((number as f64).log10() / span).clamp(0.006, 1.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(4_350_058), "4,350,058");
    }

    #[test]
    fn bytes_are_decimal_and_never_say_1000_of_a_unit() {
        assert_eq!(bytes(24), ("24".to_owned(), "B"));
        assert_eq!(bytes(529_112), ("529.1".to_owned(), "kB"));
        assert_eq!(bytes(999_949), ("999.9".to_owned(), "kB"));
        assert_eq!(bytes(999_951), ("1.00".to_owned(), "MB"));
        assert_eq!(bytes(4_690_000), ("4.69".to_owned(), "MB"));
        assert_eq!(bytes(99_996_000), ("100.0".to_owned(), "MB"));
        assert_eq!(bytes(586_735_432), ("586.7".to_owned(), "MB"));
        assert_eq!(bytes(999_960_000), ("1.00".to_owned(), "GB"));
    }

    #[test]
    fn factors_name_what_was_not_saved() {
        assert_eq!(factor(47_192, 47_192), "none");
        assert_eq!(factor(0, 0), "–");
        assert_eq!(factor(0, 7), "–");
        assert_eq!(factor(3, 0), "all");
        assert_eq!(factor(69, 8), "8.6×");
        assert_eq!(factor(261_821, 105), "2,494×");
    }

    #[test]
    fn paths_keep_their_end() {
        assert_eq!(path_end("mm/slub.c", 20), "mm/slub.c");
        assert_eq!(
            path_end("drivers/net/ethernet/intel/e1000/e1000_main.c", 24),
            "…/e1000/e1000_main.c"
        );
        assert_eq!(path_end("a/verylongnameofafile.c", 10), "…ofafile.c");
        assert_eq!(path_end("größe/ähnlich/übung.c", 10), "…/übung.c");
    }

    #[test]
    fn times_and_shares() {
        assert_eq!(seconds(0.0001), "< 1 ms");
        assert_eq!(seconds(0.0123), "12 ms");
        assert_eq!(seconds(2.14), "2.1 s");
        assert_eq!(clock(9.57), "0:09.5");
        assert_eq!(clock(75.0), "1:15.0");
        assert_eq!(percent(1, 0), "–");
        assert_eq!(percent(42, 100), "42%");
        assert_eq!(percent(1, 1000), "0.1%");
        assert_eq!(log_share(0, 1000), 0.0);
        assert_eq!(log_share(1000, 1000), 1.0);
        assert!(log_share(1, 1000) > 0.0);
    }
}
