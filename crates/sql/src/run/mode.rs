//! `Mode`: what an executor makes of a row of a model. `Plain` makes values; a session's mode makes handles.

use std::any::Any;

use crate::error::Result;
use crate::model::Model;
use crate::row::RowRef;

/// What becomes of a model's rows.
pub trait Mode: 'static {
    /// What a query returns for each row of the model `M`.
    type Out<M: Model>: Send;

    /// Makes it from the row; the columns of the model begin at position `at`. `tracker` is what the
    /// executor handed to [`Sink::row`](super::Sink::row).
    ///
    /// # Errors
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if what is stored does not fit a field.
    fn take<M: Model>(row: &dyn RowRef, at: usize, tracker: &mut dyn Any) -> Result<Self::Out<M>>;
}

/// Rows become values: engines, connections and transactions.
#[derive(Clone, Copy, Debug)]
pub enum Plain {}

impl Mode for Plain {
    type Out<M: Model> = M;

    fn take<M: Model>(row: &dyn RowRef, at: usize, _tracker: &mut dyn Any) -> Result<M> {
        M::decode(row, at)
    }
}
