//! `#[get("/people/{id}")]` and its sisters, `routes![..]` and `url_for!(..)`: a function becomes an endpoint.

mod expand;
mod check;
mod parse;
mod rule;
mod list;
mod url;
#[cfg(test)]
mod tests;

pub(crate) use expand::attribute;
pub(crate) use list::routes;
pub(crate) use url::url_for;
