//! Our reader and libbpf's. `BTFSCOPE_LIBBPF` names a folder with `libbpf.so.1`; without it, the system's is asked.

use std::env;
use std::ffi::{CStr, CString, c_char, c_void};
use std::mem::transmute;
use std::ptr;
use std::slice;
use std::sync::LazyLock;

use btf::{Btf, Error, Kind, Type, TypeId, layout, verify};

use super::cannot_ask;

/// libbpf's object for BTF, of which only pointers exist here.
enum Opaque {}

/// What is asked of libbpf.
struct Library {
    new: unsafe extern "C" fn(*const c_void, u32) -> *mut Opaque,
    free: unsafe extern "C" fn(*mut Opaque),
    count: unsafe extern "C" fn(*const Opaque) -> u32,
    by_id: unsafe extern "C" fn(*const Opaque, u32) -> *const u32,
    name: unsafe extern "C" fn(*const Opaque, u32) -> *const c_char,
    size: unsafe extern "C" fn(*const Opaque, u32) -> i64,
    minor: u32,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let folder = env::var("BTFSCOPE_LIBBPF").map(|folder| folder + "/");
    let path = folder.unwrap_or_default() + "libbpf.so.1";
    Library::load(&path).unwrap_or_else(|why| cannot_ask(&why))
});

impl Library {
    fn load(path: &str) -> Result<Library, String> {
        let file =
            CString::new(path).map_err(|_| "a path without zeroes is expected".to_owned())?;
        // SAFETY: the library is libbpf, whose functions have these signatures in every release 1.x. It is never closed.
        unsafe {
            let library = libc::dlopen(file.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            if library.is_null() {
                let why = CStr::from_ptr(libc::dlerror()).to_string_lossy();
                return Err(format!(
                    "{why}; BTFSCOPE_LIBBPF names the folder of libbpf.so.1"
                ));
            }
            let find = |name: &CStr| {
                let function = libc::dlsym(library, name.as_ptr());
                if function.is_null() {
                    return Err(format!("{path} has no {}", name.to_string_lossy()));
                }
                Ok(function)
            };
            // It says on the terminal what it does not like.
            let silence: unsafe extern "C" fn(*const c_void) -> *const c_void =
                transmute(find(c"libbpf_set_print")?);
            silence(ptr::null());
            let minor: unsafe extern "C" fn() -> u32 = transmute(find(c"libbpf_minor_version")?);
            Ok(Library {
                new: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*const c_void, u32) -> *mut Opaque,
                >(find(c"btf__new")?),
                free: transmute::<*mut c_void, unsafe extern "C" fn(*mut Opaque)>(find(
                    c"btf__free",
                )?),
                count: transmute::<*mut c_void, unsafe extern "C" fn(*const Opaque) -> u32>(find(
                    c"btf__type_cnt",
                )?),
                by_id: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*const Opaque, u32) -> *const u32,
                >(find(c"btf__type_by_id")?),
                name: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*const Opaque, u32) -> *const c_char,
                >(find(c"btf__name_by_offset")?),
                size: transmute::<*mut c_void, unsafe extern "C" fn(*const Opaque, u32) -> i64>(
                    find(c"btf__resolve_size")?,
                ),
                minor: minor(),
            })
        }
    }
}

/// BTF as libbpf has read it.
struct Theirs(*mut Opaque);

impl Theirs {
    fn read(data: &[u8]) -> Option<Theirs> {
        // SAFETY: libbpf copies so many bytes of the slice.
        let btf = unsafe { (LIBRARY.new)(data.as_ptr().cast(), data.len() as u32) };
        // For some lengths in a layout section 1.8 returns an error as an address that no memory has.
        (btf as isize > 0).then_some(Theirs(btf))
    }

    fn count(&self) -> u32 {
        // SAFETY: the object is alive.
        unsafe { (LIBRARY.count)(self.0) }
    }

    /// The first words of a type.
    fn words(&self, id: u32, count: usize) -> Option<&[u32]> {
        // SAFETY: the object is alive, and a type that has as many words for libbpf as for us lies within its bytes: the
        // caller has compared what decides its length.
        unsafe {
            let words = (LIBRARY.by_id)(self.0, id);
            (!words.is_null()).then(|| slice::from_raw_parts(words, count))
        }
    }

    fn name(&self, offset: u32) -> Option<&[u8]> {
        // SAFETY: the object is alive, and what it returns is a text that ends.
        unsafe {
            let name = (LIBRARY.name)(self.0, offset);
            (!name.is_null()).then(|| CStr::from_ptr(name).to_bytes())
        }
    }

    /// Bytes of a type by value.
    fn size(&self, id: u32) -> Option<u64> {
        // SAFETY: the object is alive; an id that does not exist is an error.
        let size = unsafe { (LIBRARY.size)(self.0, id) };
        u64::try_from(size).ok()
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        // SAFETY: it is freed once.
        unsafe { (LIBRARY.free)(self.0) }
    }
}

/// Both read the same types, with the same names and sizes, or both refuse.
///
/// # Panics
///
/// If they do not.
pub fn run(data: &[u8]) {
    LazyLock::force(&LIBRARY);
    let ours = btf::parse(data, None);
    let ours = ours.and_then(|btf| btf.check_references().map(|()| btf));
    let theirs = Theirs::read(data);
    let (ours, theirs) = match (ours, theirs) {
        (Ok(ours), Some(theirs)) => (ours, theirs),
        (Err(_), None) => return,
        (ours, _) => {
            let known = expected(data, ours.as_ref());
            let ours = ours.map(|btf| btf.len());
            assert!(known, "libbpf judges otherwise; ours: {ours:?}");
            return;
        }
    };
    assert_eq!(ours.end_id().0, theirs.count(), "ids");
    // What the verifier refuses has sizes that mean nothing: a typedef of a tag, for example.
    let is_valid = verify::verify_types(&ours).is_ok();
    for (id, ty) in ours.types() {
        same_type(&ours, &theirs, id, ty);
        if is_valid {
            same_size(&ours, &theirs, id, ty.kind());
        }
    }
}

fn same_type(ours: &Btf, theirs: &Theirs, id: TypeId, ty: Type<'_>) {
    let what = format!("type {} ({:?})", id.0, ty.kind());
    let start = theirs
        .words(id.0, 3)
        .expect("an id below the count is a type");
    assert_eq!(ty.words()[..3], *start, "{what}");
    let all = theirs.words(id.0, ty.words().len());
    assert_eq!(Some(ty.words()), all, "{what}");
    let mut words = ty.words().to_vec();
    for name in btf::names_mut(&mut words) {
        let offset = btf::StringOffset(*name);
        assert_eq!(ours.string(offset), theirs.name(*name), "a name of {what}");
    }
}

fn same_size(ours: &Btf, theirs: &Theirs, id: TypeId, kind: Kind) {
    let (size, other) = (layout::size_of(ours, id), theirs.size(id.0));
    if size != other && !is_sized_otherwise(kind, size) {
        panic!(
            "type {} ({kind:?}) has {size:?} bytes; libbpf says {other:?}",
            id.0
        );
    }
}

/// Sizes that differ for a reason: a tag is a note and has no size, while libbpf gives that of what is tagged; libbpf has no
/// sizes beyond 32 bits.
fn is_sized_otherwise(kind: Kind, size: Option<u64>) -> bool {
    kind == Kind::DeclTag || size.is_some_and(|size| u32::try_from(size).is_err())
}

/// What one of them refuses, and the other has a reason to read.
fn expected(data: &[u8], ours: Result<&Btf, &Error>) -> bool {
    // The layout section and its header are younger than 1.1.
    if LIBRARY.minor < CHECKS_FROM && !matches!(data.get(4..8), Some([24, 0, 0, 0] | [0, 0, 0, 24]))
    {
        return true;
    }
    match ours {
        // No release that was asked (1.1 and 1.8) looks where the result of a prototype leads; 1.1 looks at nothing.
        Err(Error::BadReference { id, target, .. }) => {
            LIBRARY.minor < CHECKS_FROM || is_result(data, *id, *target)
        }
        Err(Error::BadName { .. }) => LIBRARY.minor < CHECKS_FROM,
        // As it reads, libbpf checks a part of what our verifier checks later: that a function has a prototype, for example.
        // Kinds behind ENUM64 are announced, not settled; each side reads those that it knows.
        Ok(btf) => {
            let is_young = |ty: Type<'_>| ty.info().kind_number() > NEWEST_SETTLED;
            verify::verify(data, None).is_err() || btf.types().any(|(_, ty)| is_young(ty))
        }
        // libbpf does not look at the version, and does not ask the layout section about kinds that it knows.
        Err(Error::BadVersion { .. } | Error::BadLayout { .. }) => true,
        // 1.8 reads a header of 22 bytes, which ends within the length of its strings.
        Err(Error::BadHeaderLength { hdr_len, .. }) => (20..24).contains(hdr_len),
        // An empty layout section lies anywhere for libbpf.
        Err(Error::SectionOutOfBounds {
            section: "layout",
            size: 0,
            ..
        }) => true,
        // Members beyond 65,535 are younger than 1.1, which takes 16 bits of their number.
        Err(Error::TypeOutOfBounds { need, .. }) => LIBRARY.minor < CHECKS_FROM && *need > 8 << 16,
        // Kind 0 is no type for us and the kernel; 1.8 takes its size from the layout section. Kinds had 5 bits in 1.1.
        Err(Error::UnknownKind { kind, .. }) => {
            *kind == 0 || (LIBRARY.minor < CHECKS_FROM && *kind > 31)
        }
        Err(_) => false,
    }
}

/// The first minor release that is known to check references and names as it reads.
const CHECKS_FROM: u32 = 8;
/// The number of ENUM64.
const NEWEST_SETTLED: u8 = 19;

/// Whether a prototype has this result.
fn is_result(data: &[u8], id: TypeId, result: TypeId) -> bool {
    let Ok(btf) = btf::parse(data, None) else {
        return false;
    };
    let ty = btf.get(id);
    ty.is_some_and(|ty| ty.kind() == Kind::FuncProto && ty.size_or_type() == result.0)
}
