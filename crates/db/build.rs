//! New migrations are new code: the crate embeds them.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
