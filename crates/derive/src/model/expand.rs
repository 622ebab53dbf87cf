//! Emits a model: two statics, a constant for each column, the traits `Entity` and `Model`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Index, LitStr};

use super::check::check;
use super::parse::{Model, parse};
use crate::column::{Column, hides_function, key_place, key_type, of_type, place_in_row};
use crate::mistakes::Mistakes;
use crate::names::snake_case;
use crate::tuple::{one_or_ok_tuple, one_or_tuple};

/// Expands `derive(Model)`.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let input = mistakes.take(syn::parse2(input));
    let model = input.and_then(|input| parse(input, &mut mistakes));
    let code = model.map(|mut model| {
        check(&mut model, &mut mistakes);
        expand(&model)
    });
    mistakes.beside(code.unwrap_or_default())
}

fn expand(model: &Model) -> TokenStream {
    let (statics, constants, entity, implementation) = (statics(model), constants(model), entity(model), implementation(model));
    let columns = columns_type(model);
    quote! {
        #columns
        const _: () = {
            #statics
            #constants
            #entity
            #implementation
        };
    }
}

fn statics(model: &Model) -> TokenStream {
    let (ident, count) = (model.ident.to_string(), model.columns.len());
    let columns = model.columns.iter().map(|column| {
        let (name, declaration) = (column.name().0, of_type(&column.ty, "DECLARATION"));
        column.declaration(quote!(::aludel::__private::column(#name, #declaration)))
    });
    let table = table(model);
    let positions = (0..count).map(Index::from);
    let keys = key_positions(model).map(Index::from);
    quote! {
        static __COLUMNS: [::aludel::__private::ColumnDef; #count] = [#(#columns),*];
        static __TABLE: ::aludel::__private::Table = #table;
        static __MAPPING: ::aludel::__private::Mapping =
            ::aludel::__private::Mapping { model: #ident, table: &__TABLE, columns: &[#(#positions),*], key: &[#(#keys),*] };
    }
}

fn table(model: &Model) -> TokenStream {
    let name = model.options.name.as_ref().map_or_else(|| snake_case(&model.ident), LitStr::value);
    match &model.options.schema {
        Some(schema) => quote!(::aludel::__private::Table::in_schema(#schema, #name, &__COLUMNS)),
        None => quote!(::aludel::__private::Table::new(#name, &__COLUMNS)),
    }
}

/// The type that holds the columns, if it is not the model itself.
fn columns_type(model: &Model) -> Option<TokenStream> {
    let (vis, columns) = (&model.vis, model.options.columns.as_ref()?);
    let docs = format!("The columns of [`{}`].", model.ident);
    Some(quote! {
        #[doc = #docs]
        #[allow(non_camel_case_types, dead_code)]
        #vis enum #columns {}
    })
}

fn constants(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let holder = model.options.columns.as_ref().unwrap_or(ident);
    let constants = model.columns.iter().enumerate().map(|(at, column)| {
        let (docs, vis, name, ty, at) = (column.docs(), &column.vis, &column.ident, &column.ty, Index::from(at));
        quote! {
            #docs
            #vis const #name: ::aludel::__private::Column<#ident, #ty> = ::aludel::__private::Column::new(&__TABLE, #at);
        }
    });
    let shown = constants.zip(&model.columns).filter(|(_, column)| model.options.columns.is_some() || !hides_function(&column.ident));
    let shown = shown.map(|(constant, _)| constant);
    quote! {
        #[allow(non_upper_case_globals, dead_code)]
        impl #holder {
            #(#shown)*
        }
    }
}

fn entity(model: &Model) -> TokenStream {
    let ident = &model.ident;
    quote! {
        #[automatically_derived]
        impl ::aludel::__private::Entity for #ident {
            fn table() -> &'static ::aludel::__private::Table {
                &__TABLE
            }
        }
    }
}

fn implementation(model: &Model) -> TokenStream {
    if model.columns.iter().any(|column| column.is_stand_in) {
        return stand_in(model);
    }
    let ident = &model.ident;
    let fields: Vec<_> = model.columns.iter().map(|column| &column.ident).collect();
    let positions: Vec<_> = (0..fields.len()).map(Index::from).collect();
    let copies = model.columns.iter().map(|column| of_type(&column.ty, "duplicate"));
    let decode = model.columns.iter().enumerate().map(decoded);
    let shared = model.columns.iter().map(|column| of_type(&column.ty, "as_field"));
    let exclusive = model.columns.iter().map(|column| of_type(&column.ty, "as_field_mut"));
    let key = key(model);
    let none = format!("`{ident}` has {} fields", fields.len());
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::aludel::__private::Model for #ident {
            #key
            fn mapping() -> &'static ::aludel::__private::Mapping {
                &__MAPPING
            }
            fn decode(row: &dyn ::aludel::__private::RowRef, at: usize) -> ::aludel::__private::DbResult<Self> {
                ::core::result::Result::Ok(Self { #(#fields: #decode?),* })
            }
            fn duplicate(&self) -> Self {
                Self { #(#fields: #copies(&self.#fields)),* }
            }
            fn field(&self, at: usize) -> &dyn ::aludel::__private::Field {
                match at {
                    #(#positions => #shared(&self.#fields),)*
                    _ => ::core::unreachable!(#none),
                }
            }
            fn field_mut(&mut self, at: usize) -> &mut dyn ::aludel::__private::Field {
                match at {
                    #(#positions => #exclusive(&mut self.#fields),)*
                    _ => ::core::unreachable!(#none),
                }
            }
        }
    }
}

/// What is in the place of the implementation where a field's type was refused: its uses are no further errors.
fn stand_in(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let keys: Vec<&Column> = model.columns.iter().filter(|column| column.is_key()).collect();
    let key = match keys.is_empty() {
        true => quote!(i64),
        false => one_or_tuple(key_place(&keys), keys.iter().map(|column| key_type(&column.ty))),
    };
    quote! {
        #[automatically_derived]
        impl ::aludel::__private::Model for #ident {
            type Key = #key;
            fn mapping() -> &'static ::aludel::__private::Mapping {
                &__MAPPING
            }
            fn decode(_row: &dyn ::aludel::__private::RowRef, _at: usize) -> ::aludel::__private::DbResult<Self> {
                ::core::unreachable!()
            }
            fn decode_key(_row: &dyn ::aludel::__private::RowRef, _at: usize) -> ::aludel::__private::DbResult<#key> {
                ::core::unreachable!()
            }
            fn key(&self) -> #key {
                ::core::unreachable!()
            }
            fn duplicate(&self) -> Self {
                ::core::unreachable!()
            }
            fn field(&self, _at: usize) -> &dyn ::aludel::__private::Field {
                ::core::unreachable!()
            }
            fn field_mut(&mut self, _at: usize) -> &mut dyn ::aludel::__private::Field {
                ::core::unreachable!()
            }
        }
    }
}

/// The type of the key and the two functions that make one.
///
/// A model without a key has been refused; a number stands in for it, so that nothing else is reported.
fn key(model: &Model) -> TokenStream {
    let keys: Vec<_> = key_positions(model).map(|at| (at, &model.columns[at])).collect();
    let place = key_place(&keys.iter().map(|(_, column)| *column).collect::<Vec<_>>());
    let types = keys.iter().map(|(_, column)| key_type(&column.ty));
    let copies = keys.iter().map(|(_, column)| {
        let (copy, field) = (of_type(&column.ty, "duplicate"), &column.ident);
        quote!(#copy(&self.#field))
    });
    let decoded = keys.iter().copied().map(decoded);
    let (ty, copies, decoded) = match keys.is_empty() {
        true => (quote!(i64), quote!(0), quote!(::core::result::Result::Ok(0))),
        false => (one_or_tuple(place, types), one_or_tuple(place, copies), one_or_ok_tuple(place, decoded)),
    };
    quote_spanned! {place=>
        type Key = #ty;
        fn key(&self) -> #ty {
            #copies
        }
        fn decode_key(row: &dyn ::aludel::__private::RowRef, at: usize) -> ::aludel::__private::DbResult<#ty> {
            #decoded
        }
    }
}

/// Reads the column at its place in the row.
fn decoded((position, column): (usize, &Column)) -> TokenStream {
    let decode = of_type(&column.ty, "decode_field");
    let place = place_in_row(position);
    quote!(#decode(row, #place))
}

fn key_positions(model: &Model) -> impl Iterator<Item = usize> {
    (0..).zip(&model.columns).filter(|(_, column)| column.is_key()).map(|(at, _)| at)
}
