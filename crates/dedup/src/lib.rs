//! Equal BTF types become one.
#![forbid(unsafe_code)]
