//! Aludel's macros; the crate `aludel` re-exports and documents them.
//!
//! One module per macro, each parse -> check -> expand; a module imports only from those below it.

mod model;
mod table;
mod mapper;
mod custom;
mod lists;
mod entry;
mod route;
mod column;
mod tuple;
mod names;
mod options;
mod suggest;
mod mistakes;
#[cfg(test)]
mod testing;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/model.md")]
#[proc_macro_derive(Model, attributes(table, column))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::derive(input.into()).into()
}

#[doc = include_str!("../docs/table.md")]
#[proc_macro]
pub fn table(input: TokenStream) -> TokenStream {
    table::table(input.into()).into()
}

#[doc = include_str!("../docs/mapper.md")]
#[proc_macro]
pub fn mapper(input: TokenStream) -> TokenStream {
    mapper::mapper(input.into()).into()
}

#[doc = include_str!("../docs/sql_type.md")]
#[proc_macro_derive(SqlType, attributes(sql))]
pub fn derive_sql_type(input: TokenStream) -> TokenStream {
    custom::derive(input.into()).into()
}

/// The tables of these models, for `App::models` and `MetaData::of`: `models![Person, Post]`.
#[proc_macro]
pub fn models(input: TokenStream) -> TokenStream {
    lists::models(input.into()).into()
}

/// These tables of [`table!`](macro@table), for `MetaData::of`: `tables![people, posts]`.
#[proc_macro]
pub fn tables(input: TokenStream) -> TokenStream {
    lists::tables(input.into()).into()
}

/// Starts the runtime and runs an `async fn main` in it: `#[aludel::main] async fn main() -> Result { .. }`.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::main(arguments.into(), item.into()).into()
}

#[doc = include_str!("../docs/test.md")]
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::test(arguments.into(), item.into()).into()
}

#[doc = include_str!("../docs/get.md")]
#[proc_macro_attribute]
pub fn get(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("GET", attribute.into(), item.into()).into()
}

/// Makes an `async fn` the handler of POST requests to a path: `#[post("/people/{id}")]`; see [`get`](macro@get).
#[proc_macro_attribute]
pub fn post(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("POST", attribute.into(), item.into()).into()
}

/// Makes an `async fn` the handler of PUT requests to a path: `#[put("/people/{id}")]`; see [`get`](macro@get).
#[proc_macro_attribute]
pub fn put(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("PUT", attribute.into(), item.into()).into()
}

/// Makes an `async fn` the handler of PATCH requests to a path: `#[patch("/people/{id}")]`; see [`get`](macro@get).
#[proc_macro_attribute]
pub fn patch(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("PATCH", attribute.into(), item.into()).into()
}

/// Makes an `async fn` the handler of DELETE requests to a path: `#[delete("/people/{id}")]`; see [`get`](macro@get).
#[proc_macro_attribute]
pub fn delete(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("DELETE", attribute.into(), item.into()).into()
}

/// Makes an `async fn` the handler of HEAD requests to a path: `#[head("/people/{id}")]`; see [`get`](macro@get).
#[proc_macro_attribute]
pub fn head(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("HEAD", attribute.into(), item.into()).into()
}

/// Makes an `async fn` the handler of OPTIONS requests to a path: `#[options("/people/{id}")]`; see [`get`](macro@get).
#[proc_macro_attribute]
pub fn options(attribute: TokenStream, item: TokenStream) -> TokenStream {
    route::attribute("OPTIONS", attribute.into(), item.into()).into()
}

/// The routes of handlers: `routes![index, people::show]`.
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    route::routes(input.into()).into()
}

/// The address of a handler, with its path parameters by name: `url_for!(show, id = 3)`. Checked by the compiler.
#[proc_macro]
pub fn url_for(input: TokenStream) -> TokenStream {
    route::url_for(input.into()).into()
}
