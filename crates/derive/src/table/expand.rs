//! Emits a table: the module that users name, and beside it what needs the scope of the call: the columns' types.
//! The module itself names nothing from outside, so that `table!` works wherever an item may stand, also in a function.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Index, LitStr, Visibility};

use super::check::{check, is_hiding};
use super::parse::{Table, Tables, parse};
use super::visibility::within;
use crate::column::{Column, is_in_prelude, key_place, key_type, of_type};
use crate::mistakes::Mistakes;
use crate::tuple::{one_or_ok_tuple, one_or_tuple};

/// Expands `table!`.
pub(crate) fn table(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let tables = mistakes.take(syn::parse2::<Tables>(input)).map_or_else(Vec::new, |tables| parse(tables, &mut mistakes));
    let checked: Vec<_> = tables.into_iter().filter_map(|table| check(table, &mut mistakes)).collect();
    mistakes.beside(checked.iter().map(expand).collect())
}

fn expand(table: &Table) -> TokenStream {
    let module = module(table);
    let ident = &table.ident;
    let columns = table.columns.iter().enumerate().map(|(at, column)| column_type(table, at, column));
    let references = table.columns.iter().filter_map(|column| checked_reference(table, column));
    let key = key(table);
    quote! {
        #module
        const _: () = {
            #[automatically_derived]
            impl ::aludel::__private::Entity for #ident::#ident {
                fn table() -> &'static ::aludel::__private::Table {
                    #ident::table()
                }
            }
            #(#columns)*
            #(#references)*
            #key
        };
    }
}

fn module(table: &Table) -> TokenStream {
    let (vis, ident, docs) = (&table.vis, &table.ident, &table.docs);
    let (inner, innermost) = (within(vis), within(&within(vis)));
    let about = format!("The table `{}`.", name(table));
    let docs = if docs.is_empty() { quote!(#[doc = #about]) } else { quote!(#(#docs)*) };
    let (statics, functions) = (statics(table), functions(&inner, ident));
    let constants = table.columns.iter().enumerate().filter(|(_, column)| !is_hiding(column));
    let constants = constants.map(|(at, column)| constant(&inner, ident, (at, column)));
    let names = table.columns.iter().map(|column| &column.ident);
    let key = key_alias(table);
    quote! {
        #docs
        #[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
        #vis mod #ident {
            #[doc = #about]
            #inner struct #ident {}
            #[doc(hidden)]
            #inner mod columns {
                #(#innermost struct #names {})*
            }
            #[doc(hidden)]
            #inner type Key = #key;
            #statics
            #(#constants)*
            #functions
        }
    }
}

/// The type of the primary key; of a table without one, which cannot be mapped, any.
///
/// A public model may be mapped to a private table only if its key is not said by the table's private types.
fn key_alias(table: &Table) -> TokenStream {
    let keys = table.columns.iter().filter(|column| column.is_key());
    let types = keys.map(|column| match (&column.ident, &column.ty) {
        (_, ty) if is_in_prelude(ty) => quote!(#ty),
        (ident, _) => quote!(<columns::#ident as ::aludel::__private::ColumnType>::Value),
    });
    let types: Vec<_> = types.collect();
    match types.is_empty() {
        true => quote!(i64),
        false => one_or_tuple(Span::call_site(), types),
    }
}

fn statics(table: &Table) -> TokenStream {
    let (name, count) = (name(table), table.columns.len());
    let columns = table.columns.iter().map(|column| {
        let (ident, name) = (&column.ident, column.name().0);
        let declaration = quote!(<columns::#ident as ::aludel::__private::ColumnType>::DECLARATION);
        column.declaration(quote!(::aludel::__private::column(#name, #declaration)))
    });
    let table = match &table.options.schema {
        Some(schema) => quote!(::aludel::__private::Table::in_schema(#schema, #name, &__COLUMNS)),
        None => quote!(::aludel::__private::Table::new(#name, &__COLUMNS)),
    };
    quote! {
        static __COLUMNS: [::aludel::__private::ColumnDef; #count] = [#(#columns),*];
        static __TABLE: ::aludel::__private::Table = #table;
    }
}

fn constant(vis: &Visibility, table: &Ident, (at, column): (usize, &Column)) -> TokenStream {
    let (docs, ident, at) = (column.docs(), &column.ident, Index::from(at));
    quote! {
        #docs
        #vis const #ident: ::aludel::__private::Column<#table, <columns::#ident as ::aludel::__private::ColumnType>::Value> =
            ::aludel::__private::Column::new(&__TABLE, #at);
    }
}

fn functions(vis: &Visibility, table: &Ident) -> TokenStream {
    quote! {
        /// The table.
        #vis const fn table() -> &'static ::aludel::__private::Table {
            &__TABLE
        }
        /// Starts a query of all columns.
        #vis fn select() -> ::aludel::__private::Select<::aludel::__private::Row> {
            ::aludel::__private::Select::from_table(::aludel::__private::TableRef::Static(&__TABLE))
        }
        /// Starts an INSERT of one row.
        #vis fn insert() -> ::aludel::__private::Insert<#table> {
            ::aludel::__private::Insert::into_table()
        }
        /// Starts an UPDATE by condition.
        #vis fn update() -> ::aludel::__private::Update<#table> {
            ::aludel::__private::Update::of_table()
        }
        /// Starts a DELETE by condition.
        #vis fn delete() -> ::aludel::__private::Delete<#table> {
            ::aludel::__private::Delete::from_table()
        }
    }
}

fn column_type(table: &Table, at: usize, column: &Column) -> TokenStream {
    let (table, ident, ty, at) = (&table.ident, &column.ident, &column.ty, Index::from(at));
    let declaration = of_type(ty, "DECLARATION");
    let declaration = match &column.options.references {
        Some(target) => {
            let call = quote_spanned!(ty.span()=> ::aludel::__private::foreign_key::<#ty, _, _>);
            quote!(#call(#declaration, || #target))
        }
        None => declaration,
    };
    quote! {
        #[automatically_derived]
        impl ::aludel::__private::ColumnType for #table::columns::#ident {
            type Table = #table::#table;
            type Value = #ty;
            const COLUMN: ::aludel::__private::Column<#table::#table, #ty> = ::aludel::__private::Column::new(#table::table(), #at);
            const DECLARATION: ::aludel::__private::Declaration = #declaration;
        }
    }
}

/// Checks, once the program is compiled, that a foreign key points at a primary key.
fn checked_reference(table: &Table, column: &Column) -> Option<TokenStream> {
    let target = column.options.references.as_ref()?;
    let written = target.to_token_stream().to_string().replace(' ', "");
    let (table, column) = (&table.ident, &column.ident);
    let message = format!("`{table}::{column}` refers to `{written}`, which is not the primary key of its table, or only a part of it");
    let check = quote_spanned!(target.span()=> ::core::assert!(::aludel::__private::is_whole_key(#target), #message));
    Some(quote!(const _: () = #check;))
}

/// The primary key, for whatever model is mapped to the table.
fn key(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let keys: Vec<&Column> = table.columns.iter().filter(|column| column.is_key()).collect();
    if keys.is_empty() {
        return no_key(table);
    }
    let place = key_place(&keys);
    let fields: Vec<_> = keys.iter().map(|column| column_path(ident, column)).collect();
    let ty = one_or_tuple(place, keys.iter().map(|column| key_type(&column.ty)));
    let copies = one_or_tuple(
        place,
        keys.iter().zip(&fields).map(|(column, field)| {
            let copy = of_type(&column.ty, "duplicate");
            quote!(#copy(<M as ::aludel::__private::MappedField<#field>>::get(model)))
        }),
    );
    let decoded = one_or_ok_tuple(
        place,
        keys.iter().zip(&fields).map(|(column, field)| {
            let decode = of_type(&column.ty, "decode_field");
            quote!(#decode(row, at + <M as ::aludel::__private::MappedField<#field>>::AT as usize))
        }),
    );
    quote_spanned! {place=>
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<M> ::aludel::__private::KeyOf<M> for #ident::#ident
        where
            M: #(::aludel::__private::MappedField<#fields>)+*
        {
            type Key = #ty;
            const FIELDS: &'static [u16] = &[#(<M as ::aludel::__private::MappedField<#fields>>::AT),*];
            fn key(model: &M) -> #ty {
                #copies
            }
            fn decode(row: &dyn ::aludel::__private::RowRef, at: usize) -> ::aludel::__private::DbResult<#ty> {
                #decoded
            }
        }
    }
}

/// What is in the place of a key: an error for who maps a model to the table, and for nobody else.
fn no_key(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let message =
        format!("the table `{ident}` has no primary key, so that no model can be mapped to it: mark a column with `[primary_key]`");
    quote_spanned! {ident.span()=>
        impl<M> ::aludel::__private::KeyOf<M> for #ident::#ident {
            type Key = i64;
            const FIELDS: &'static [u16] = {
                let keys = 0;
                ::core::assert!(keys > 0, #message);
                &[]
            };
            fn key(_model: &M) -> i64 {
                0
            }
            fn decode(_row: &dyn ::aludel::__private::RowRef, _at: usize) -> ::aludel::__private::DbResult<i64> {
                ::core::result::Result::Ok(0)
            }
        }
    }
}

fn column_path(table: &Ident, column: &Column) -> TokenStream {
    let column = &column.ident;
    quote!(#table::columns::#column)
}

fn name(table: &Table) -> String {
    table.options.name.as_ref().map_or_else(|| table.ident.unraw().to_string(), LitStr::value)
}
