//! Prints how many types btf-rs finds: `btf_rs FILE [BASE]`.

#[path = "../readers/btf_rs.rs"]
mod reader;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = std::env::args_os().skip(1).map(std::fs::read);
    let file = files.next().ok_or("name a file with BTF, and its base")??;
    let base = files.next().transpose()?;
    println!("{}", reader::types(&file, base.as_deref())?);
    Ok(())
}
