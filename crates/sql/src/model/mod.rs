//! What a model is to the data crates: its `Mapping`, the trait `Model`, handles (`Obj`) and foreign keys (`Ref`).
//! Pure data; the session that owns objects is `aludel-orm`'s.

pub(crate) mod expansion;
mod reference;
mod mapping;
mod obj;

pub use mapping::{IntoKey, Key, Mapping, Model, Wanted};
pub use obj::Obj;
pub use reference::Ref;
