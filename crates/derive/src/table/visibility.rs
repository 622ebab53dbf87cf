//! Visibilities, as they must be written one module further in to mean the same.

use syn::{Path, VisRestricted, Visibility, parse_quote};

/// Returns what `vis` is called within a module that stands where `vis` was written.
pub(super) fn within(vis: &Visibility) -> Visibility {
    match vis {
        Visibility::Inherited => parse_quote!(pub(super)),
        Visibility::Public(_) => vis.clone(),
        Visibility::Restricted(VisRestricted { path, .. }) if starts_with(path, "self") => parse_quote!(pub(super)),
        Visibility::Restricted(VisRestricted { path, .. }) if starts_with(path, "super") => parse_quote!(pub(in super::#path)),
        _ => vis.clone(),
    }
}

fn starts_with(path: &Path, name: &str) -> bool {
    path.segments.first().is_some_and(|segment| segment.ident == name)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::Visibility;

    use super::within;

    #[track_caller]
    fn check(vis: &str, expected: &str) {
        let vis: Visibility = syn::parse_str(vis).expect("a visibility");
        assert_eq!(within(&vis).to_token_stream().to_string().replace(' ', ""), expected.replace(' ', ""));
    }

    #[test]
    fn a_visibility_means_the_same_one_module_further_in() {
        check("", "pub(super)");
        check("pub", "pub");
        check("pub(crate)", "pub(crate)");
        check("pub(self)", "pub(super)");
        check("pub(super)", "pub(in super::super)");
        check("pub(in super::super)", "pub(in super::super::super)");
        check("pub(in crate::web)", "pub(in crate::web)");
    }
}
