//! Takes the kernel, or a file that is named, out of a package.

use crate::banner::{Banner, banner};
use crate::container::EntryKind;
use crate::error::Error;
use crate::format::{Compression, Format, HEAD_BYTES};
use crate::image::{self, Look};
use crate::layer::Layer;
use crate::limits::Limits;
use crate::names;
use crate::package::{FileStream, Opened, Package};
use crate::role::Role;
use crate::spool::{Spool, Spools};
use crate::when_ready::at_once;
use elf::ReadAt;
use std::io::{self, Read};

/// Bytes that are copied at a time.
const STEP: usize = 256 << 10;
/// Modules beside a kernel's BTF. Each may need an open file.
const MODULES: usize = 900;
/// Images in images: a unified kernel image has a bzImage that has a kernel.
const IMAGES: usize = 4;

/// What is wanted of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The kernel.
    Kernel,
    /// The file with this path, or whose path ends with it. The ending of its compression may be left out.
    Member(String),
}

/// What a file contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// An ELF file.
    Elf,
    /// Raw BTF.
    Btf,
    /// Something else, which was asked for by name.
    Other,
}

/// A file that was taken out.
#[derive(Clone, Debug)]
pub struct Found<S> {
    /// Its bytes.
    pub spool: S,
    /// What they are.
    pub content: Content,
    /// Its path in the package; `None` if the input was a single file.
    pub path: Option<String>,
    /// The boot images around it, the outermost first.
    pub images: Vec<&'static str>,
    /// What the boot image states about its kernel.
    pub banner: Option<Banner>,
    /// The split BTF of modules that lies beside a kernel's BTF, as in `/sys/kernel/btf`.
    pub modules: Vec<Found<S>>,
}

impl<S> Found<S> {
    /// A file that is what it is.
    pub(crate) fn plain(spool: S, content: Content, path: Option<String>) -> Found<S> {
        Found {
            spool,
            content,
            path,
            images: Vec::new(),
            banner: None,
            modules: Vec::new(),
        }
    }

    /// What the file is called: as in its package, without the ending of its compression, or as the kernel of a boot image.
    /// `input` is the name of what was opened.
    #[must_use]
    pub fn file_name(&self, input: &str) -> String {
        let whole = self.path.as_deref().unwrap_or(input);
        let stem = Compression::without_ending(names::base(whole));
        match (self.images.is_empty(), self.content) {
            (true, _) => stem.to_owned(),
            (false, Content::Btf) => format!("{stem}.btf"),
            (false, _) => match stem.strip_prefix("vmlinuz") {
                Some(rest) => format!("vmlinux{rest}"),
                None => format!("{stem}.elf"),
            },
        }
    }
}

/// Reads an input until what is wanted is complete, and writes it to a spool. A pool must be able to wait.
///
/// In a distribution's package the first kernel is taken. Any other archive is read to its end, since it may contain several
/// kernels; the ELF file of a kernel is preferred to its boot image.
///
/// # Errors
/// The input is damaged, contains no kernel or several, or what comes out cannot be written.
pub fn extract<S: Spools>(
    opened: Opened<'_>,
    wanted: &Wanted,
    limits: &Limits,
    spools: &mut S,
) -> Result<Found<S::Spool>, Error> {
    at_once(extract_when_ready(opened, wanted, limits, spools))
}

/// As [`extract`], and waits for blocks that a pool decompresses elsewhere.
///
/// # Errors
/// As [`extract`].
pub async fn extract_when_ready<S: Spools>(
    opened: Opened<'_>,
    wanted: &Wanted,
    limits: &Limits,
    spools: &mut S,
) -> Result<Found<S::Spool>, Error> {
    let (taken, modules) = match opened {
        Opened::File(file) => (Taken::of(file, None, None, spools).await?, Vec::new()),
        Opened::Package(mut package) => match wanted {
            Wanted::Kernel => kernel(&mut package, spools).await?,
            Wanted::Member(path) => (member(&mut package, path, spools).await?, Vec::new()),
        },
    };
    let named = matches!(wanted, Wanted::Member(_));
    let mut found = taken.opened(named, limits, spools)?;
    let modules = modules.into_iter();
    found.modules = modules
        .map(|module| Found::plain(module.spool, Content::Btf, module.path))
        .collect();
    Ok(found)
}

/// The kernel in a boot image, or BTF; `None` if the source is an ELF file or BTF itself.
///
/// # Errors
/// The image is damaged or contains neither, or what comes out cannot be written.
pub fn kernel_of<S: Spools>(
    name: &str,
    source: &dyn ReadAt,
    limits: &Limits,
    spools: &mut S,
) -> Result<Option<Found<S::Spool>>, Error> {
    let mut images = Vec::new();
    let mut inner: Option<S::Spool> = None;
    for _ in 0..IMAGES {
        let outer: &dyn ReadAt = match &inner {
            Some(inner) => inner,
            None => source,
        };
        match next(name, outer, limits, spools, &mut images)? {
            Next::Whole(content) => {
                return Ok(inner.map(|spool| Found {
                    banner: banner(&spool).ok().flatten(),
                    spool,
                    content,
                    path: None,
                    images,
                    modules: Vec::new(),
                }));
            }
            Next::Inside(spool) => inner = Some(spool),
            Next::Btf(spool, banner) => {
                return Ok(Some(Found {
                    spool,
                    content: Content::Btf,
                    path: None,
                    images,
                    banner,
                    modules: Vec::new(),
                }));
            }
        }
    }
    Err(Error::TooDeep {
        limit: IMAGES,
        part: name.to_owned(),
    })
}

/// What one look into an image gave.
enum Next<S> {
    /// It is no image.
    Whole(Content),
    /// What is in it.
    Inside(S),
    /// BTF that was in its raw bytes, and what these state about the kernel.
    Btf(S, Option<Banner>),
}

fn next<S: Spools>(
    name: &str,
    outer: &dyn ReadAt,
    limits: &Limits,
    spools: &mut S,
    images: &mut Vec<&'static str>,
) -> Result<Next<S::Spool>, Error> {
    let stated = || banner(outer).ok().flatten();
    match image::look(name, outer, limits)? {
        Look::Whole(content) => Ok(Next::Whole(content)),
        Look::Btf(range) => {
            let size = range.end.saturating_sub(range.start);
            let mut layer = image::range(name, outer, range, limits);
            images.push("a raw kernel");
            let spool = at_once(copy(&mut layer, Some(size), spools))?;
            Ok(Next::Btf(spool, stated()))
        }
        Look::Inside { mut layer, what } => {
            images.push(what);
            at_once(copy(&mut layer, None, spools)).map(Next::Inside)
        }
        Look::Nothing => Err(Error::NothingInImage { banner: stated() }),
    }
}

/// A file that was written to a spool and not looked at yet.
pub(crate) struct Taken<S> {
    pub(crate) spool: S,
    name: String,
    pub(crate) path: Option<String>,
}

impl<S: Spool> Taken<S> {
    async fn of<F: Spools<Spool = S>>(
        mut file: FileStream<'_>,
        path: Option<String>,
        size: Option<u64>,
        spools: &mut F,
    ) -> Result<Taken<S>, Error> {
        if let Format::Archive(_) = file.format() {
            return Err(Error::ArchiveInside {
                entry: path.unwrap_or_else(|| file.layer.name.clone()),
            });
        }
        Ok(Taken {
            name: file.layer.name.clone(),
            spool: copy(&mut file.layer, size, spools).await?,
            path,
        })
    }

    /// Opens it if it is a boot image.
    fn opened<F: Spools<Spool = S>>(
        self,
        named: bool,
        limits: &Limits,
        spools: &mut F,
    ) -> Result<Found<S>, Error> {
        let mut head =
            vec![0; HEAD_BYTES.min(usize::try_from(self.spool.len()).unwrap_or(HEAD_BYTES))];
        let read = self.spool.read_at(0, &mut head);
        read.map_err(|error| unread(&error))?;
        let (mut content, is_plain) = match Format::of(&head) {
            Format::Elf => (Content::Elf, !is_image_name(&self.name)),
            Format::Btf => (Content::Btf, true),
            _ => (Content::Other, false),
        };
        if !is_plain {
            match kernel_of(&self.name, &self.spool, limits, spools) {
                Ok(Some(found)) => {
                    return Ok(Found {
                        path: self.path,
                        ..found
                    });
                }
                Ok(None) => content = Content::Elf,
                // A file that was asked for by name may be anything.
                Err(Error::NothingInImage { .. }) if named => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Found::plain(self.spool, content, self.path))
    }
}

/// Whether an ELF file of this name may have its kernel compressed inside, as on MIPS and PowerPC.
fn is_image_name(name: &str) -> bool {
    let name = names::base(name).to_ascii_lowercase();
    name.starts_with("vmlinuz") || name.starts_with("zimage")
}

pub(crate) fn unread(error: &elf::ReadError) -> Error {
    Error::Read {
        offset: error.offset,
        reason: error.to_string(),
    }
}

/// Writes the rest of a layer to a new spool.
async fn copy<S: Spools>(
    layer: &mut Layer<'_>,
    size: Option<u64>,
    spools: &mut S,
) -> Result<S::Spool, Error> {
    let unwritten = |written: u64| move |source: io::Error| Error::Write { written, source };
    let mut spool = spools.create(size).map_err(unwritten(0))?;
    let mut buffer = vec![0; STEP];
    let mut written = 0;
    let meter = layer.meter.clone();
    loop {
        meter.ready().await;
        let read = match layer.read(&mut buffer) {
            Ok(0) => return Ok(spool),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::of(error, "file", || layer.place())),
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        spool.append(bytes).map_err(unwritten(written))?;
        written += read as u64;
    }
}

async fn kernel<S: Spools>(
    package: &mut Package<'_>,
    spools: &mut S,
) -> Result<(Taken<S::Spool>, Vec<Taken<S::Spool>>), Error> {
    let mut best: Option<(Role, Taken<S::Spool>)> = None;
    let mut paths: Vec<String> = Vec::new();
    let mut split: Vec<Taken<S::Spool>> = Vec::new();
    let mut modules = 0;
    while let Some(entry) = package.next_entry_when_ready().await? {
        if entry.kind != EntryKind::File {
            continue;
        }
        let (role, replayed) = look(package, &entry.path).await?;
        modules += u64::from(role == Role::Module);
        if role == Role::Other {
            continue;
        }
        if role == Role::Btf && is_bare(&entry.path) {
            if split.len() >= MODULES {
                return Err(Error::TooManyModules { limit: MODULES });
            }
            if best.as_ref().is_none_or(|(best, _)| !best.is_kernel()) {
                paths.push(entry.path.clone());
            }
            split.push(take(package, replayed, entry.path, entry.size, spools).await?);
            continue;
        }
        match best.as_ref().map(|(best, _)| role.cmp(best)) {
            None | Some(std::cmp::Ordering::Greater) => {}
            // Files that are no kernels can be counted together: none of them is taken if there are several.
            _ if !role.is_kernel() && best.as_ref().is_some_and(|(best, _)| !best.is_kernel()) => {
                paths.push(entry.path);
                continue;
            }
            Some(std::cmp::Ordering::Equal) => {
                paths.push(entry.path);
                continue;
            }
            Some(std::cmp::Ordering::Less) => continue,
        }
        let is_first_of_many = !role.is_kernel() && !paths.is_empty();
        if !is_first_of_many {
            paths.clear();
        }
        paths.push(entry.path.clone());
        let taken = take(package, replayed, entry.path, entry.size, spools).await?;
        best = Some((role, taken));
        if role.is_kernel() && package.kind().is_package() {
            break;
        }
    }
    match best {
        Some((role, taken)) if paths.len() == 1 => {
            let folder = taken.path.as_deref().map(names::folder);
            let beside = |module: &Taken<S::Spool>| {
                role == Role::KernelBtf && module.path.as_deref().map(names::folder) == folder
            };
            split.retain(beside);
            Ok((taken, split))
        }
        Some((role, _)) if role.is_kernel() => Err(Error::Several { paths }),
        // One file of BTF is what was wanted, whatever it is called.
        None if split.len() == 1 && paths.len() == 1 => match split.pop() {
            Some(taken) => Ok((taken, Vec::new())),
            None => Err(package.no_kernel(modules)),
        },
        _ => Err(package.no_kernel(modules)),
    }
}

/// Whether a file of BTF may be a module's by its name: those in `/sys/kernel/btf` have no ending.
fn is_bare(path: &str) -> bool {
    !names::base(path).contains('.')
}

/// The role of the current entry, and the bytes that were read to tell.
pub(crate) async fn look(package: &mut Package<'_>, path: &str) -> Result<(Role, Vec<u8>), Error> {
    package.ready().await;
    let mut head = Vec::new();
    let read = package
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head);
    let place = || crate::Place {
        part: path.to_owned(),
        offset: 0,
        entry: None,
    };
    match read.map_err(|error| Error::of(error, "entry", place)) {
        Ok(_) => Ok((Role::of(path, &head), head)),
        // A method that is not known: the entry cannot be opened, but others can.
        Err(Error::Unsupported { .. }) => Ok((Role::Other, head)),
        Err(error) => Err(error),
    }
}

/// Writes the current entry to a spool, decompressed.
pub(crate) async fn take<S: Spools>(
    package: &mut Package<'_>,
    head: Vec<u8>,
    path: String,
    size: Option<u64>,
    spools: &mut S,
) -> Result<Taken<S::Spool>, Error> {
    let is_compressed = matches!(Format::of(&head), Format::Compressed(_));
    let file = package.content_after(head)?;
    Taken::of(file, Some(path), size.filter(|_| !is_compressed), spools).await
}

async fn member<S: Spools>(
    package: &mut Package<'_>,
    wanted: &str,
    spools: &mut S,
) -> Result<Taken<S::Spool>, Error> {
    let wanted = wanted.trim_start_matches("./").trim_matches('/');
    let mut taken: Option<Taken<S::Spool>> = None;
    let mut paths: Vec<String> = Vec::new();
    let mut near: Option<String> = None;
    while let Some(entry) = package.next_entry_when_ready().await? {
        if entry.kind != EntryKind::File {
            continue;
        }
        let Some(is_whole) = matches(&entry.path, wanted) else {
            if near.is_none() && !wanted.is_empty() && entry.path.contains(names::base(wanted)) {
                near = Some(entry.path);
            }
            continue;
        };
        if !is_whole && taken.is_some() {
            paths.push(entry.path);
            continue;
        }
        paths.push(entry.path.clone());
        let one = take(package, Vec::new(), entry.path, entry.size, spools).await?;
        if is_whole || package.kind().is_package() {
            return Ok(one);
        }
        taken = Some(one);
    }
    match taken {
        Some(taken) if paths.len() == 1 => Ok(taken),
        Some(_) => Err(Error::Several { paths }),
        None => Err(Error::NoMember {
            name: wanted.to_owned(),
            near,
        }),
    }
}

/// Whether a path is the wanted one, as a whole or at its end; `None` if it is another.
fn matches(path: &str, wanted: &str) -> Option<bool> {
    if wanted.is_empty() {
        return None;
    }
    let plain = Compression::without_ending(path);
    if path == wanted || plain == wanted {
        return Some(true);
    }
    let ends = |path: &str| {
        path.strip_suffix(wanted)
            .is_some_and(|rest| rest.ends_with('/'))
    };
    (ends(path) || ends(plain)).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_the_package_or_the_image() {
        let name = |path: Option<&str>, images: Vec<&'static str>, content| {
            let path = path.map(str::to_owned);
            Found {
                spool: (),
                content,
                path,
                images,
                banner: None,
                modules: Vec::new(),
            }
            .file_name("in/vmlinuz-6.1.gz")
        };
        let deep = Some("usr/lib/debug/boot/vmlinux-6.1.xz");
        assert_eq!(name(deep, Vec::new(), Content::Elf), "vmlinux-6.1");
        assert_eq!(name(None, vec!["zboot"], Content::Btf), "vmlinuz-6.1.btf");
        assert_eq!(name(None, vec!["bzImage"], Content::Elf), "vmlinux-6.1");
        let other = Some("boot/linux.efi");
        assert_eq!(name(other, vec!["UKI"], Content::Elf), "linux.efi.elf");
    }

    #[test]
    fn a_member_is_named_by_its_path_or_the_end_of_it() {
        let path = "lib/modules/6.1/net/sctp.ko.xz";
        assert_eq!(matches(path, path), Some(true));
        assert_eq!(matches(path, "lib/modules/6.1/net/sctp.ko"), Some(true));
        assert_eq!(matches(path, "sctp.ko"), Some(false));
        assert_eq!(matches(path, "net/sctp.ko.xz"), Some(false));
        assert_eq!(matches(path, "ctp.ko"), None);
        assert_eq!(matches(path, ""), None);
    }
}
