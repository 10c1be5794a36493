//! Messages between the page and the explorer's workers, which hold the types of a result, or those of two files, and
//! answer questions about them.
//!
//! The first message is [`OpenWithin`], every later one a [`Request`]. A question and its answer are one pair,
//! [`ExplorerQuestion`]; how they travel is known here alone.

use budget::Budget;
use doctor::readers::Asked;
use explore::questions::{
    ChangedFolders, ChangesAsMarkdown, Export, FindNames, ListChanges, ListInlineSites,
    ListLeftOut, ListRepeated, ListSignatures, ListTypes, ListUses, OverlapOfModules, Prepare,
    RowOf, ShowChange, ShowType, SourcesAt, Unfold, UnitsOf, VersionOf, WhyRepeated,
};
use explore::{LeftOut, Question, Session, Units};
use js_sys::{Array, Uint8Array};
use pipeline::{Plan, Provenance, SkippedFunction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::codec::{Transfer, packed};
use crate::failure::Failure;
use crate::files::GivenFile;

/// The first message to an explorer. Answered by [`Response::Opened`] or [`Response::NotOpened`].
#[derive(Debug, Serialize, Deserialize)]
pub struct OpenWithin {
    /// What reading it, and each answer, may cost.
    pub budget: Budget,
    /// What the explorer holds.
    pub types: Open,
}

impl Transfer for OpenWithin {}

/// What an explorer holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Open {
    /// The types of a result.
    Result {
        /// Raw BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        btf: Blob,
        /// A `Blob` of their metadata, [`TypeMetadata`] packed; or `undefined`.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metadata: JsValue,
        /// The file they were encoded from, to encode a unit once more; or `undefined`.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: JsValue,
        /// The plan of that job.
        #[serde(with = "packed")]
        plan: Option<Box<Plan>>,
        /// Files beside it.
        companions: Vec<GivenFile>,
    },
    /// The types of a result, compared with those of a second file.
    Comparison {
        /// Raw BTF of the result.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        first: Blob,
        /// Raw BTF of the second.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        second: Blob,
        /// Metadata of the first, as in [`Open::Result`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metadata_first: JsValue,
        /// Metadata of the second.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metadata_second: JsValue,
    },
}

/// From the page to an explorer that has types.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// A question. Leads to `Answered` or `Refused`.
    Ask {
        /// Comes back with the answer.
        ticket: u32,
        /// The module whose types are asked about; otherwise those that the explorer holds.
        module: Option<String>,
        /// The question.
        #[serde(with = "packed")]
        question: AnyQuestion,
    },
    /// Examine what a kernel's file and its modules' carry. Leads to `Answered`, with what [`read_report`] reads, or `Refused`.
    Examine {
        /// Comes back with the answer.
        ticket: u32,
        /// The kernel.
        kernel: GivenFile,
        /// Its modules.
        modules: Vec<GivenFile>,
        /// Readers that must read all of them.
        #[serde(with = "packed")]
        readers: Vec<Asked>,
    },
    /// Inline sites on the types: raw split BTF. Leads to `SitesRefused` if they do not fit.
    AddInlineSites {
        /// The contents of `.BTF.inline`.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        btf: Blob,
    },
    /// A module that was encoded on the types. It is not answered.
    AddModule(Module),
    /// Forget the modules. It is not answered.
    ForgetModules,
}

impl Transfer for Request {}

impl Request {
    /// What is asked for, for people, and what tells the question from others; nothing where it asks nothing.
    pub fn question(&self) -> Option<(&'static str, Vec<u8>)> {
        let (subject, packed) = match self {
            Request::Ask {
                module, question, ..
            } => {
                let packed = postcard::to_stdvec(&(module, question));
                (question.subject(), packed.unwrap_or_default())
            }
            Request::Examine {
                kernel,
                modules,
                readers,
                ..
            } => {
                let files = std::iter::once(kernel).chain(modules);
                let files =
                    files.map(|GivenFile { path, file }| (path, file.size(), file.last_modified()));
                let packed = postcard::to_stdvec(&(files.collect::<Vec<_>>(), readers));
                ("the examination of these files", packed.unwrap_or_default())
            }
            Request::AddInlineSites { .. } | Request::AddModule(_) | Request::ForgetModules => {
                return None;
            }
        };
        Some((subject, packed))
    }
}

/// A module that was encoded on the types of a result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Module {
    /// The module's name, without what ends its file's name.
    pub name: String,
    /// Split BTF.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub btf: Blob,
    /// Its distilled base, or `undefined`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub base: JsValue,
    /// Functions left out of it, by name.
    #[serde(with = "packed")]
    pub left_out: Vec<LeftOut>,
}

/// From an explorer to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum Response {
    /// The explorer has types.
    Opened,
    /// The types could not be read.
    NotOpened(Failure),
    /// Why inline sites were not taken, without a full stop.
    SitesRefused(String),
    /// An answer.
    Answered {
        /// That of the question.
        ticket: u32,
        /// For [`ExplorerQuestion::read`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        answer: Uint8Array,
    },
    /// A question without an answer.
    Refused {
        /// That of the question.
        ticket: u32,
        /// Why, without a full stop.
        cause: String,
    },
}

impl Transfer for Response {
    fn transfer(&self, buffers: &Array) {
        if let Response::Answered { answer, .. } = self {
            buffers.push(&answer.buffer());
        }
    }
}

/// Metadata of a job's types. It goes from the coordinator to the explorer as postcard's bytes, into which the page does
/// not look.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TypeMetadata {
    /// What wrote it: [`crate::from_worker::BUILD`].
    pub build: String,
    /// Functions left out, by name.
    pub skipped: Vec<SkippedFunction>,
    /// Functions that BPF programs may call, with their flags.
    pub kfuncs: Vec<(String, u32)>,
    /// Which units each type came from.
    pub provenance: Provenance,
}

/// A question to an explorer, the type of its answer, and how that travels.
pub trait ExplorerQuestion: Into<AnyQuestion> {
    /// The answer.
    type Answer: 'static;

    /// An answer as bytes.
    ///
    /// # Errors
    ///
    /// When postcard refuses the answer.
    fn write(answer: &Self::Answer) -> Result<Uint8Array, String>;

    /// The answer in such bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are not those of such an answer.
    fn read(answer: &Uint8Array) -> Result<Self::Answer, String>;
}

/// A question on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum AnyQuestion {
    /// About types, which a session answers.
    OfTypes(Box<TypeQuestion>),
    /// [`CHeader`].
    CHeader(CHeader),
    /// [`UnitTexts`].
    UnitTexts(UnitTexts),
}

impl AnyQuestion {
    /// What is asked for, for people.
    pub fn subject(&self) -> &'static str {
        use TypeQuestion as Of;
        match self {
            AnyQuestion::CHeader(_) => "the C header",
            AnyQuestion::UnitTexts(_) => "what units declare",
            AnyQuestion::OfTypes(question) => match &**question {
                Of::ListTypes(_) | Of::RowOf(_) => "this list of types",
                Of::ListSignatures(_) | Of::ListLeftOut(_) => "this list of functions",
                Of::ListChanges(_) | Of::ChangedFolders(_) | Of::ChangesAsMarkdown(_) => {
                    "the list of changes"
                }
                Of::ShowChange(_) => "what changed in this type",
                Of::WhyRepeated(_) => "why this name has several types",
                Of::ListRepeated(_) => "the names with several types",
                Of::ShowType(_) | Of::Unfold(_) | Of::UnitsOf(_) | Of::VersionOf(_) => "this type",
                Of::ListUses(_) => "the users of this type",
                Of::ListInlineSites(_) => "the inline sites of this function",
                Of::FindNames(_) => "this search",
                Of::OverlapOfModules(_) => "what modules repeat",
                Of::SourcesAt(_) => "the types of this folder",
                Of::Export(_) => "this file",
                Of::Prepare(_) => "the index of these types",
            },
        }
    }
}

/// All types as a C header: UTF-8, of which the page makes a file without looking into it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CHeader;

impl ExplorerQuestion for CHeader {
    type Answer = Uint8Array;

    fn write(answer: &Uint8Array) -> Result<Uint8Array, String> {
        Ok(answer.clone())
    }

    fn read(answer: &Uint8Array) -> Result<Uint8Array, String> {
        Ok(answer.clone())
    }
}

impl From<CHeader> for AnyQuestion {
    fn from(question: CHeader) -> AnyQuestion {
        AnyQuestion::CHeader(question)
    }
}

/// What units say of the types of a name, for the laboratory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnitTexts {
    /// The name, with or without `struct` or `union` before it.
    pub name: String,
}

/// What a unit says of a type, as printed types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitText {
    /// The unit's source file; empty for the result itself.
    pub unit: String,
    /// The types, as [`lab::raw`] reads them.
    pub text: String,
}

impl ExplorerQuestion for UnitTexts {
    type Answer = Vec<UnitText>;

    fn write(answer: &Vec<UnitText>) -> Result<Uint8Array, String> {
        write(answer)
    }

    fn read(answer: &Uint8Array) -> Result<Vec<UnitText>, String> {
        read(answer)
    }
}

impl From<UnitTexts> for AnyQuestion {
    fn from(question: UnitTexts) -> AnyQuestion {
        AnyQuestion::UnitTexts(question)
    }
}

macro_rules! type_questions {
    ($($question:ident),* $(,)?) => {
        /// A question about types, on its way.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub enum TypeQuestion {
            $(
                #[doc = concat!("[`", stringify!($question), "`].")]
                $question($question),
            )*
        }

        impl TypeQuestion {
            /// The answer as bytes.
            ///
            /// # Errors
            ///
            /// Why there is no answer.
            pub fn answer(
                self,
                session: &mut Session,
                units: Option<&dyn Units>,
            ) -> Result<Uint8Array, String> {
                match self {
                    $(TypeQuestion::$question(question) => {
                        $question::write(&question.answer(session, units)?)
                    })*
                }
            }
        }

        $(
            impl From<$question> for AnyQuestion {
                fn from(question: $question) -> AnyQuestion {
                    AnyQuestion::OfTypes(Box::new(TypeQuestion::$question(question)))
                }
            }

            impl ExplorerQuestion for $question {
                type Answer = <$question as Question>::Answer;

                fn write(answer: &Self::Answer) -> Result<Uint8Array, String> {
                    write(answer)
                }

                fn read(answer: &Uint8Array) -> Result<Self::Answer, String> {
                    read(answer)
                }
            }
        )*
    };
}

type_questions! {
    ChangedFolders,
    ChangesAsMarkdown,
    Export,
    FindNames,
    ListChanges,
    ListInlineSites,
    ListLeftOut,
    ListRepeated,
    ListSignatures,
    ListTypes,
    ListUses,
    OverlapOfModules,
    Prepare,
    RowOf,
    ShowChange,
    ShowType,
    SourcesAt,
    Unfold,
    UnitsOf,
    VersionOf,
    WhyRepeated,
}

/// The answer to [`Request::Examine`] as bytes.
///
/// # Errors
///
/// When postcard refuses the report.
pub fn write_report(report: &doctor::Report) -> Result<Uint8Array, String> {
    write(report)
}

/// The report in such bytes.
///
/// # Errors
///
/// When the bytes are not those of a report.
pub fn read_report(answer: &Uint8Array) -> Result<doctor::Report, String> {
    read(answer)
}

fn write<T: Serialize>(answer: &T) -> Result<Uint8Array, String> {
    match postcard::to_stdvec(answer) {
        Ok(bytes) => Ok(Uint8Array::from(bytes.as_slice())),
        Err(error) => Err(lost(&error)),
    }
}

fn read<T: DeserializeOwned>(answer: &Uint8Array) -> Result<T, String> {
    postcard::from_bytes(&answer.to_vec()).map_err(|error| lost(&error))
}

fn lost(error: &postcard::Error) -> String {
    format!("the answer could not be read or written: {error}")
}
