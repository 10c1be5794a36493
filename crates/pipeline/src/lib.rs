//! The whole job: plan, encode, share, select, dedup, statistics, patch.
#![forbid(unsafe_code)]
