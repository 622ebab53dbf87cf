//! The README, whose programs are compiled as those of the documentation are. There in tests of documentation only.

#[doc = include_str!("../../../README.md")]
struct Readme;
