//! How names of the program become names of the database.

use syn::Ident;
use syn::ext::IdentExt;

/// The name of a type as that of a table: `PostTag` is `post_tag`, `HTTPLog` is `http_log`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    let name: Vec<char> = ident.unraw().to_string().chars().collect();
    let mut snake = String::new();
    for (at, letter) in name.iter().enumerate() {
        let before = at.checked_sub(1).map_or('_', |before| name[before]);
        let ends_acronym = before.is_uppercase() && name.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && before != '_' && (!before.is_uppercase() || ends_acronym) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::Ident;

    use super::snake_case;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(snake_case(&Ident::new(name, Span::call_site())), expected);
    }

    #[test]
    fn words_are_divided() {
        check("Person", "person");
        check("PostTag", "post_tag");
        check("HTTPLog", "http_log");
        check("OAuth2Token", "o_auth2_token");
        check("post_Tag", "post_tag");
        check("ÄrzteTag", "ärzte_tag");
        check("X", "x");
    }
}
