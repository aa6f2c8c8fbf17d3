//! Amounts as people read them.

const STEP: u64 = 1000;

/// `512 B`, `2.1 kB`, `64 MB`.
pub(crate) fn bytes(amount: u64) -> String {
    let mut unit = 1;
    for (next, name) in ["kB", "MB", "GB", "TB"].into_iter().enumerate() {
        let size = unit * STEP;
        let is_last = next == 3;
        if amount < size {
            return format!("{amount} B");
        }
        if is_last || amount < size * STEP {
            let (whole, tenth) = (amount / size, amount % size * 10 / size);
            let exact = whole < 10;
            return if exact {
                format!("{whole}.{tenth} {name}")
            } else {
                format!("{whole} {name}")
            };
        }
        unit = size;
    }
    format!("{amount} B")
}

/// `1 document`, `2 documents`.
pub(crate) fn count(amount: impl Into<u64>, thing: &str) -> String {
    let amount = amount.into();
    format!("{amount} {thing}{}", if amount == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_digits_or_more_and_a_unit() {
        for (amount, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (2_199, "2.1 kB"),
            (64_000_000, "64 MB"),
            (5_300_000_000, "5.3 GB"),
            (7_000_000_000_000_000, "7000 TB"),
        ] {
            assert_eq!(bytes(amount), words);
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(count(1_u64, "file"), "1 file");
        assert_eq!(count(0_u64, "file"), "0 files");
    }
}
