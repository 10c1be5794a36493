//! What happens in the list of types and on a type's page.

use super::Tab;
use explore::copy_as::CopyForm;
use explore::questions::{Export, Uses};
use explore::{Address, Card, Folder, Line, Page, Query, Unfolded, UseKind};
use yew::prelude::*;

/// An event.
pub enum Msg {
    /// The address has changed.
    Routed,
    /// The window was resized.
    Resized,
    /// Search for something else.
    Query(Query),
    /// Remove this condition of the search.
    Remove(usize),
    /// Remove the last condition.
    RemoveLast,
    /// Remove all conditions.
    Clear,
    /// Rows of the list.
    Listed(Query, Result<Page, String>),
    /// How many types fit without the conditions.
    Without(Query, Option<u32>),
    /// The list was scrolled.
    Scrolled,
    /// A key was pressed in the list.
    Key(KeyboardEvent),
    /// Open a row of the list.
    Open(u32),
    /// Where a type stands in the list.
    Stands(Address, Option<u32>),
    /// Show or hide the conditions.
    Conditions,
    /// A type, or why there is none.
    Card(Address, Result<Box<Card>, String>),
    /// Show another part of it.
    Tab(Tab),
    /// Another row of the layout is lit.
    Choose(Option<u32>),
    /// The row that is lit is selected, if there is one.
    Select,
    /// The pointer left the layout.
    Leave,
    /// The row of the layout before or after.
    Step(bool),
    /// Opens the type of the chosen member.
    OpenMember,
    /// Unfolds this member, or folds it.
    Unfold(String),
    /// Unfolds the chosen member, or folds it.
    UnfoldChosen(bool),
    /// Unfolds all members, or folds them.
    UnfoldAll,
    /// The definition with these members unfolded.
    Lines(Address, Unfolded, Result<Vec<Line>, String>),
    /// More uses of this kind.
    MoreUses(UseKind),
    Uses(Address, String, UseKind, Result<Uses, String>),
    /// Only users with this text.
    UsesText(String),
    Units(Address, Result<Vec<Folder>, String>),
    /// A list for those who have not chosen yet.
    Suggestions(usize, Result<Page, String>),
    /// Save this under this name.
    Save(Export, String),
    /// Copy the definition.
    Copy,
    /// Copy the type in another form.
    CopyAs(CopyForm),
    /// The text to copy, or why there is none.
    CopyText(Result<String, String>),
    /// Whether the text was copied.
    Copied(bool),
}
