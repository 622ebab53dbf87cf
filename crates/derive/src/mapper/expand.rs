//! Emits the mapping: a constant for each column, the traits `Entity` and `Model`, and what the table's key asks of the fields.
//! A column is named only as a type, always at the same place, so that a misspelt one is one error.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Index;

use super::check::check;
use super::parse::{Field, Mapper};
use crate::column::{hides_function, place_in_row};
use crate::mistakes::Mistakes;

/// Expands `mapper!`.
pub(crate) fn mapper(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let mapper = mistakes.take(syn::parse2::<Mapper>(input)).and_then(|mapper| check(mapper, &mut mistakes));
    let code = mapper.map(|mapper| expand(&mapper));
    mistakes.beside(code.unwrap_or_default())
}

fn expand(mapper: &Mapper) -> TokenStream {
    let (statics, constants, model) = (statics(mapper), constants(mapper), model(mapper));
    let fields =
        mapper.fields.iter().enumerate().filter(|(at, field)| !mapper.fields[..*at].iter().any(|before| before.column == field.column));
    let fields = fields.map(|(at, field)| mapped_field(mapper, at, field));
    let (ident, table) = (&mapper.model, &mapper.table);
    quote! {
        const _: () = {
            #statics
            #constants
            #[automatically_derived]
            impl ::aludel::__private::Entity for #ident {
                fn table() -> &'static ::aludel::__private::Table {
                    #table::table()
                }
            }
            #model
            #(#fields)*
        };
    }
}

fn statics(mapper: &Mapper) -> TokenStream {
    let (name, table) = (mapper.model.to_string(), &mapper.table);
    let columns = mapper.fields.iter().map(|field| column_item(mapper, field, "COLUMN"));
    let key = key_item(mapper, "FIELDS");
    quote! {
        static __MAPPING: ::aludel::__private::Mapping =
            ::aludel::__private::Mapping { model: #name, table: #table::table(), columns: &[#(#columns.position()),*], key: #key };
    }
}

fn constants(mapper: &Mapper) -> TokenStream {
    let (vis, model) = (&mapper.vis, &mapper.model);
    let constants = mapper.fields.iter().filter(|field| !hides_function(&field.ident)).map(|field| {
        let (ident, docs) = (&field.ident, format!("The column `{}`.", field.column));
        let (value, column) = (column_item(mapper, field, "Value"), column_item(mapper, field, "COLUMN"));
        quote! {
            #[doc = #docs]
            #vis const #ident: ::aludel::__private::Column<#model, #value> = #column.mapped();
        }
    });
    quote! {
        #[allow(non_upper_case_globals, dead_code)]
        impl #model {
            #(#constants)*
        }
    }
}

fn model(mapper: &Mapper) -> TokenStream {
    let Mapper { model, fields, table, .. } = mapper;
    let (names, positions) = (fields.iter().map(|field| &field.ident).collect::<Vec<_>>(), (0..fields.len()).map(Index::from));
    let decoded = fields.iter().enumerate().map(|(at, field)| {
        let (decode, place) = (field_item(mapper, field, "decode_field"), place_in_row(at));
        quote!(#decode(row, #place)?)
    });
    let [copies, shared, exclusive] =
        ["duplicate", "as_field", "as_field_mut"].map(|item| fields.iter().map(move |field| field_item(mapper, field, item)));
    let key = key_functions(mapper);
    let none = format!("`{model}` has {} mapped fields", fields.len());
    let places: Vec<_> = positions.collect();
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::aludel::__private::Model for #model {
            type Key = #table::Key;
            fn mapping() -> &'static ::aludel::__private::Mapping {
                &__MAPPING
            }
            fn decode(row: &dyn ::aludel::__private::RowRef, at: usize) -> ::aludel::__private::DbResult<Self> {
                ::core::result::Result::Ok(#model { #(#names: #decoded),* })
            }
            #key
            fn duplicate(&self) -> Self {
                #model { #(#names: #copies(&self.#names)),* }
            }
            fn field(&self, at: usize) -> &dyn ::aludel::__private::Field {
                match at {
                    #(#places => #shared(&self.#names),)*
                    _ => ::core::unreachable!(#none),
                }
            }
            fn field_mut(&mut self, at: usize) -> &mut dyn ::aludel::__private::Field {
                match at {
                    #(#places => #exclusive(&mut self.#names),)*
                    _ => ::core::unreachable!(#none),
                }
            }
        }
    }
}

/// The functions of the key, all at one place: where the table has none or the model not all of it, that is one error.
fn key_functions(mapper: &Mapper) -> TokenStream {
    let (table, [key, decode]) = (&mapper.table, ["key", "decode"].map(|item| key_item(mapper, item)));
    quote_spanned! {place(mapper)=>
        fn key(&self) -> #table::Key {
            #key(self)
        }
        fn decode_key(row: &dyn ::aludel::__private::RowRef, at: usize) -> ::aludel::__private::DbResult<#table::Key> {
            #decode(row, at)
        }
    }
}

fn mapped_field(mapper: &Mapper, at: usize, field: &Field) -> TokenStream {
    let (model, ident, at) = (&mapper.model, &field.ident, Index::from(at));
    let (column, value, get) = (column(mapper, field), column_item(mapper, field, "Value"), field_item(mapper, field, "as_value"));
    quote! {
        #[automatically_derived]
        impl ::aludel::__private::MappedField<#column> for #model {
            const AT: u16 = #at;
            fn get(&self) -> &#value {
                #get(&self.#ident)
            }
        }
    }
}

/// The column as a type.
fn column(mapper: &Mapper, field: &Field) -> TokenStream {
    let (table, column) = (&mapper.table, &field.column);
    quote_spanned!(column.span()=> #table::columns::#column)
}

/// An item of the column.
fn column_item(mapper: &Mapper, field: &Field, item: &str) -> TokenStream {
    let (column, item) = (column(mapper, field), Ident::new(item, field.column.span()));
    quote_spanned!(field.column.span()=> <#column as ::aludel::__private::ColumnType>::#item)
}

/// What a field does if its type is the column's.
fn field_item(mapper: &Mapper, field: &Field, item: &str) -> TokenStream {
    let (column, item) = (column(mapper, field), Ident::new(item, field.ident.span()));
    quote_spanned!(field.ident.span()=> <_ as ::aludel::__private::Fits<#column>>::#item)
}

/// An item of the key of the table, for this model.
fn key_item(mapper: &Mapper, item: &str) -> TokenStream {
    let model = &mapper.model;
    let table = mapper.fields.first().map(|field| column_item(mapper, field, "Table"));
    let place = place(mapper);
    let item = Ident::new(item, place);
    quote_spanned!(place=> <#table as ::aludel::__private::KeyOf<#model>>::#item)
}

/// Where mistakes in the key are reported.
fn place(mapper: &Mapper) -> Span {
    mapper.fields.first().map_or_else(Span::call_site, |field| field.column.span())
}
