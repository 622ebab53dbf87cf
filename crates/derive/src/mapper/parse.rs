//! Reads `Person => people { id, full_name: name }`.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Result, Token, Visibility, braced};

/// A mapping, as it is written.
pub(crate) struct Mapper {
    /// Who may see the constants of the columns.
    pub(crate) vis: Visibility,
    pub(crate) model: Ident,
    /// The module of the table.
    pub(crate) table: Path,
    pub(crate) fields: Vec<Field>,
}

/// A field and its column.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The same as `ident`, if nothing else is written.
    pub(crate) column: Ident,
}

impl Parse for Mapper {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (vis, model) = (input.parse()?, input.parse()?);
        input.parse::<Token![=>]>()?;
        let table = Path::parse_mod_style(input)?;
        let content;
        braced!(content in input);
        let fields = Punctuated::<Field, Token![,]>::parse_terminated(&content)?.into_iter().collect();
        match input.is_empty() {
            true => Ok(Self { vis, model, table, fields }),
            false => Err(input.error("one `mapper!` maps one struct: write a second call for another")),
        }
    }
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ident: Ident = input.parse()?;
        let column = match input.parse::<Option<Token![:]>>()? {
            Some(_) => input.parse()?,
            None => ident.clone(),
        };
        Ok(Self { ident, column })
    }
}
