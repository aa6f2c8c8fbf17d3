//! The page is a part of the program: another page, another program.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    // There before it is filled, so that a build without Node.js is one.
    let page = Path::new("../../web/dist");
    fs::create_dir_all(page)?;
    println!("cargo::rerun-if-changed={}", page.display());
    Ok(())
}
