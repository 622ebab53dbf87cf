//! Copies and shows a statement whatever the type it is of: a derive would ask the same of that type.

/// Implements `Clone` and `Debug` for a statement with a marker of its type.
macro_rules! typed {
    ($name:ident, $statement:ident, $marker:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { $statement: self.$statement.clone(), $marker: ::std::marker::PhantomData }
            }
        }

        impl<T> ::std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.$statement).finish()
            }
        }
    };
}

pub(super) use typed;
