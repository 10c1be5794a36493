//! `btfscope show`: one type with its layout.

use crate::args::{ShowArgs, ShowForm};
use crate::explored;
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::{inline, input};
use btf::print::c::{CError, print_c_of};
use btf::print::show::show;
use btf::{Btf, TypeId};
use explore::copy_as::{CopyForm, copy_as};
use explore::{Card, Wanted, export};
use std::fmt::Write;
use std::process::ExitCode;

/// Prints the types of one name with their layout, or as a header.
pub fn run(args: &ShowArgs) -> Result<ExitCode, Failure> {
    let wanted = args.name.join(" ");
    let query = Wanted::parse(&wanted);
    let btf = inline::checked_btf(&args.file, args.base.as_deref(), args.inline)?;
    let btf = input::written(&args.file, btf)?;
    let found = query.find(&btf);
    if found.is_empty() {
        return Err(Failure::of(&args.file, one_line(&query.not_found(&btf))));
    }
    let mut out = Stdout::lock();
    let printed = match args.format {
        ShowForm::Text => print(&mut out, &btf, &found),

        ShowForm::Header => print_c_of(&btf, &found, &mut out),
        ShowForm::Svg => {
            let picture = picture(btf, &found).ok_or_else(|| {
                let cause = format!(
                    "{} is no struct and no union: it has no picture",
                    one_line(&wanted)
                );
                Failure::of(&args.file, cause)
            })?;
            out.write_str(&picture).map_err(CError::Write)
        }
        _ => {
            let text = copied(&btf, &found, args)
                .map_err(|cause| Failure::of(&args.file, one_line(&cause)))?;
            out.write_str(&text).map_err(CError::Write)
        }
    };
    out.finish(printed.map_err(|error| Failure::of(&args.file, error)))?;
    Ok(ExitCode::SUCCESS)
}

/// The first of these types that has the form, in that form.
fn copied(btf: &Btf, ids: &[TypeId], args: &ShowArgs) -> Result<String, String> {
    let form = match args.format {
        ShowForm::C => CopyForm::C,
        ShowForm::Markdown => CopyForm::Markdown,
        ShowForm::Rust => CopyForm::Rust,
        ShowForm::Go => CopyForm::Go,
        ShowForm::Fentry => CopyForm::Fentry,
        ShowForm::Fexit => CopyForm::Fexit,
        ShowForm::Kfunc => CopyForm::Kfunc,
        ShowForm::TpBtf => CopyForm::TpBtf,
        ShowForm::CoreRead => CopyForm::CoreRead(args.member.clone().unwrap_or_default()),
        ShowForm::Text | ShowForm::Header | ShowForm::Svg => CopyForm::Pahole,
    };
    let mut refused = Err("there is no such type".to_owned());
    for id in ids {
        match copy_as(btf, *id, &form) {
            Ok(text) => return Ok(text),
            Err(cause) if refused.is_err() => refused = Err(cause),
            Err(_) => {}
        }
    }
    refused
}

/// Among how many types of a name the first is looked for that can be drawn.
const MOST_CARDS: usize = 64;

/// A picture of the first of these types that is a struct or union.
fn picture(btf: Btf, ids: &[TypeId]) -> Option<String> {
    let explorer = explored::explorer(btf, None);
    // Many types can have one name.
    let first = ids.iter().take(MOST_CARDS);
    let mut cards = first.filter_map(|id| Card::of(&explorer, *id));
    let (title, memory) = cards.find_map(|card| Some((card.title, card.memory?)))?;
    Some(export::picture(&memory.picture, &title))
}

fn print(out: &mut dyn Write, btf: &Btf, ids: &[TypeId]) -> Result<(), CError> {
    for (index, &id) in ids.iter().enumerate() {
        if index > 0 {
            out.write_char('\n')?;
        }
        if ids.len() > 1 {
            writeln!(out, "/* {id} {} */", btf.kind(id))?;
        }
        show(btf, id, out)?;
    }
    Ok(())
}
