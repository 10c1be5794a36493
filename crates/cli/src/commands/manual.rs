//! `btfscope manual`: the help of every command as manual pages.

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::{pahole, stdout};
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, roman};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

const NAME: &str = "btfscope";

/// Arguments of `manual`.
#[derive(Debug, Args)]
#[command(
    long_about = "Prints the manual page of btfscope, of one of its commands, or of btfscope-pahole, in the form that man \
reads. With --dir all pages are written into a directory.",
    after_help = "Examples:\n  \
  btfscope manual encode | man -l -\n  \
  btfscope manual --dir ~/.local/share/man/man1"
)]
pub struct ManualArgs {
    /// A command of btfscope, or btfscope-pahole [default: btfscope itself]
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub command: Option<String>,
    /// Write every page into this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// A manual page: its name and its text.
struct Page {
    name: String,
    text: Vec<u8>,
}

/// Prints one manual page, or writes all of them into a directory.
pub fn run(args: &ManualArgs) -> Result<ExitCode, Failure> {
    let pages = pages().map_err(|error| Failure::new(format!("no manual page: {error}")))?;
    if let Some(dir) = &args.dir {
        let output = |page: &Page| Output::check(&dir.join(format!("{}.1", page.name)), &[]);
        let outputs: Vec<Output> = pages.iter().map(output).collect::<Result<_, _>>()?;
        let written = outputs.iter().zip(&pages);
        let written: Result<_, _> = written
            .map(|(output, page)| output.write_bytes(&page.text))
            .collect();
        output::commit(written?, [])?;
        return Ok(ExitCode::SUCCESS);
    }
    let name = args.command.as_deref().unwrap_or(NAME);
    let wanted = |page: &&Page| page.name == name || page.name == format!("{NAME}-{name}");
    let Some(page) = pages.iter().find(wanted) else {
        let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
        return Err(Failure::new(format!(
            "no manual page is called {name}; the pages are {}",
            names.join(", ")
        )));
    };
    stdout::print(&String::from_utf8_lossy(&page.text))?;
    Ok(ExitCode::SUCCESS)
}

fn pages() -> io::Result<Vec<Page>> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let mut pages = vec![page(&cli)?];
    for command in cli.get_subcommands() {
        pages.push(page(command)?);
        for inner in command.get_subcommands() {
            pages.push(page(inner)?);
        }
    }
    pages.push(of_pahole()?);
    Ok(pages)
}

/// The page of a command. The text below the options has its own line breaks, which a filled paragraph
/// would lose, so its parts become sections.
fn page(command: &Command) -> io::Result<Page> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let man = Man::new(command.clone()).source(concat!("btfscope ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    if command.get_arguments().any(|arg| !arg.is_hide_set()) {
        man.render_options_section(&mut text)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    let rest = command.get_after_long_help().or(command.get_after_help());
    if let Some(rest) = rest {
        sections(&rest.to_string()).to_writer(&mut text)?;
    }
    if command.get_version().is_some() {
        man.render_version_section(&mut text)?;
    }
    Ok(Page {
        name: name.to_owned(),
        text,
    })
}

/// The page of `btfscope-pahole`, whose options are pahole's and whose help is plain text.
fn of_pahole() -> io::Result<Page> {
    let name = "btfscope-pahole";
    let mut page = Roff::new();
    let source = concat!("btfscope ", env!("CARGO_PKG_VERSION"));
    page.control("TH", [name, "1", "", source]);
    page.control("SH", ["NAME"]);
    page.text([roman(
        "btfscope-pahole - make BTF from DWARF under pahole's options, for kernel builds",
    )]);
    page.control("SH", ["DESCRIPTION"]);
    let mut text = Vec::new();
    page.to_writer(&mut text)?;
    sections(pahole::HELP).to_writer(&mut text)?;
    Ok(Page {
        name: name.to_owned(),
        text,
    })
}

/// A help text as sections. A line that ends in a colon before lines that belong to it is a title; indented lines stay as
/// they are.
fn sections(text: &str) -> Roff {
    let mut page = Roff::new();
    let mut kept = false;
    let mut after_blank = true;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let follows = lines.peek().is_some_and(|next| !next.trim().is_empty());
        let indented = line.starts_with(' ');
        if indented != kept && !line.trim().is_empty() {
            page.control(if indented { "nf" } else { "fi" }, []);
            kept = indented;
        }
        match line.strip_suffix(':') {
            _ if line.trim().is_empty() => page.control("PP", []),
            Some(title) if after_blank && follows && !indented => {
                page.control("SH", [heading(title)])
            }
            _ => page.text([Inline::Roman(line.to_owned())]),
        };
        after_blank = line.trim().is_empty();
    }
    if kept {
        page.control("fi", []);
    }
    page
}

/// The heading that readers of manual pages expect for a title.
fn heading(title: &str) -> &str {
    match title {
        "Exit codes" => "EXIT STATUS",
        "Examples" => "EXAMPLES",
        title => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_indented_lines_stay() {
        let pages = pages().expect("written to memory");
        let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
        for command in Cli::command().get_subcommands() {
            let name = format!("btfscope-{}", command.get_name());
            assert!(names.contains(&name.as_str()), "{name}");
        }
        assert!(names.contains(&"btfscope-lesson-check"), "{names:?}");
        assert!(names.contains(&"btfscope") && names.contains(&"btfscope-pahole"));
        let encode = pages.iter().find(|page| page.name == "btfscope-encode");
        let text = String::from_utf8_lossy(&encode.expect("there").text).into_owned();
        assert!(
            text.contains(".SH \"EXIT STATUS\"\n.nf\n  0  done\n"),
            "{text}"
        );
    }
}
