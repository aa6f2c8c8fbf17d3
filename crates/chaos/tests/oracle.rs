//! That the oracle lets what is right pass, and notices everything that is wrong.

#[cfg(test)]
mod tests {
    use chaos::{Failure, Mutation, Report, Settings};

    /// A wrong rule is given away within so many runs.
    const A_FEW_SEEDS: u64 = 12;

    fn small(seed: u64, mutation: Option<Mutation>) -> Settings {
        Settings { seed, days: 0.25, projects: 24, mutation }
    }

    fn first_failure(mutation: Mutation) -> Option<Box<Failure>> {
        (1..=A_FEW_SEEDS).find_map(|seed| chaos::run(&small(seed, Some(mutation))).err())
    }

    #[test]
    fn the_federation_is_right_through_days_of_trouble() {
        for seed in 1..=A_FEW_SEEDS {
            let settings = small(seed, None);
            if let Err(failure) = chaos::run(&settings) {
                panic!("{}", Report { settings: &settings, failure: &failure });
            }
        }
    }

    #[test]
    fn every_wrong_rule_is_noticed() {
        let unnoticed: Vec<Mutation> =
            Mutation::ALL.into_iter().filter(|it| first_failure(*it).is_none()).collect();
        assert_eq!(unnoticed, []);
    }

    #[test]
    fn a_seed_repeats_its_failure() {
        let said = || {
            let failure = first_failure(Mutation::OfflineTooSoon).unwrap();
            let settings = small(0, None);
            Report { settings: &settings, failure: &failure }.to_string()
        };
        assert_eq!(said(), said());
    }

    #[test]
    fn a_failure_names_the_seed_and_how_to_replay_it() {
        let settings = small(7, None);
        let failure = first_failure(Mutation::GoodbyeIgnored).unwrap();
        let said = Report { settings: &settings, failure: &failure }.to_string();
        assert!(said.contains("seed 7"), "{said}");
        let replay = "cargo xtask chaos federation --seed 7 --days 0.25 --projects 24";
        assert!(said.contains(replay), "{said}");
        assert!(failure.happened.len() <= 10 && failure.project.is_some());
    }
}
