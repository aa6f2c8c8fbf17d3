//! What is read from files: from good ones, and from those that nobody meant to be read.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod walk;
