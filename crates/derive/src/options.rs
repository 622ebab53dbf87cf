//! The options of an attribute, `#[column(unique, length = 50)]`, as they are written: a name and what follows it.
//! Knows no option; who asks for them says which there are.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path, Result, Token, token};

use crate::mistakes::Mistakes;
use crate::suggest::suggest;

/// One option.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Its name, without `r#`.
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) span: Span,
    /// What follows it.
    pub(crate) value: Written,
}

/// What follows the name of an option.
#[derive(Clone)]
pub(crate) enum Written {
    /// `unique`
    Nothing,
    /// `length = 50`
    Equals(Expr),
    /// `references(authors::id)`
    Parens(TokenStream),
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ident = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Written::Equals(input.parse()?)
        } else if input.peek(token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            Written::Parens(content.parse()?)
        } else {
            Written::Nothing
        };
        Ok(Self { name: ident.unraw().to_string(), span: ident.span(), value })
    }
}

/// What options there are, and how messages call what has them.
pub(crate) struct Vocabulary {
    /// The subject of a sentence.
    pub(crate) of: &'static str,
    /// The names of its options.
    pub(crate) names: &'static [&'static str],
    /// A name that is looked for and is none, and what there is instead.
    pub(crate) instead: &'static [(&'static str, &'static str)],
}

impl Vocabulary {
    /// Says what there is instead of an option of this name.
    fn cure(&self, name: &str) -> String {
        let instead = self.instead.iter().find(|(wanted, _)| *wanted == name);
        instead.map_or_else(|| suggest(name, self.names), |(_, instead)| (*instead).to_owned())
    }
}

/// Parses `name, name = value, name(..)`.
pub(crate) fn entries(input: ParseStream<'_>) -> Result<Vec<Entry>> {
    Ok(Punctuated::<Entry, Token![,]>::parse_terminated(input)?.into_iter().collect())
}

/// Finds the options of the attribute `name` among `attributes`.
pub(crate) fn of_attribute(attributes: &[Attribute], name: &str, mistakes: &mut Mistakes) -> Vec<Entry> {
    let mut found = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let Some(first) = found.next() else { return Vec::new() };
    for second in found {
        mistakes.in_tokens(second, format!("a second `#[{name}]` here: put its options into the first"));
    }
    match &first.meta {
        Meta::List(list) => mistakes.take(entries.parse2(list.tokens.clone())).unwrap_or_default(),
        other => {
            mistakes.in_tokens(other, format!("`#[{name}]` takes options: `#[{name}(..)]`"));
            Vec::new()
        }
    }
}

/// Keeps the options that are known, each once.
pub(crate) fn known(entries: Vec<Entry>, vocabulary: &Vocabulary, mistakes: &mut Mistakes) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::new();
    for entry in entries {
        let Entry { name, span, .. } = &entry;
        if !vocabulary.names.contains(&name.as_str()) {
            mistakes.at(*span, format!("{} has no option `{name}`: {}", vocabulary.of, vocabulary.cure(name)));
        } else if kept.iter().any(|before| before.name == *name) {
            mistakes.at(*span, format!("the option `{name}` is given twice"));
        } else {
            kept.push(entry);
        }
    }
    kept
}

impl Entry {
    /// The option as a flag: nothing follows it.
    pub(crate) fn flag(&self, mistakes: &mut Mistakes) -> Option<Span> {
        match self.value {
            Written::Nothing => Some(self.span),
            _ => self.refuse(mistakes, format_args!("`{}` takes no value", self.name)),
        }
    }

    /// The option as a text that is not empty.
    pub(crate) fn text(&self, mistakes: &mut Mistakes) -> Option<LitStr> {
        match &self.value {
            Written::Equals(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if !text.value().is_empty() => Some(text.clone()),
            _ => self.refuse(mistakes, format_args!("`{0}` takes a text: `{0} = \"..\"`", self.name)),
        }
    }

    /// The option as a number above 0.
    pub(crate) fn number(&self, mistakes: &mut Mistakes) -> Option<u32> {
        let number = match &self.value {
            Written::Equals(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => number.base10_parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if number > 0 => Some(number),
            _ => self.refuse(mistakes, format_args!("`{0}` takes a number above 0: `{0} = 50`", self.name)),
        }
    }

    /// The option as a name of the program.
    pub(crate) fn ident(&self, mistakes: &mut Mistakes) -> Option<Ident> {
        match &self.value {
            Written::Equals(Expr::Path(path)) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
            _ => self.refuse(mistakes, format_args!("`{0}` takes a name: `{0} = people`", self.name)),
        }
    }

    /// The option as a path in parentheses.
    pub(crate) fn path(&self, mistakes: &mut Mistakes) -> Option<Path> {
        let path = match &self.value {
            Written::Parens(tokens) => syn::parse2(tokens.clone()).ok(),
            _ => None,
        };
        path.or_else(|| self.refuse(mistakes, format_args!("`{0}` takes a column: `{0}(authors::id)`", self.name)))
    }

    fn refuse<T>(&self, mistakes: &mut Mistakes, message: std::fmt::Arguments<'_>) -> Option<T> {
        match &self.value {
            Written::Nothing => mistakes.at(self.span, message),
            Written::Equals(expr) => mistakes.in_tokens(expr, message),
            Written::Parens(tokens) if tokens.is_empty() => mistakes.at(self.span, message),
            Written::Parens(tokens) => mistakes.in_tokens(tokens, message),
        }
        None
    }
}
