//! The wall and the two engines, on real databases of both kinds.

#[cfg(test)]
mod engines;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod wall;
