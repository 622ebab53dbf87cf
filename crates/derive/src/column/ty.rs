//! What can be told of a type from its spelling alone: a macro sees no more of it.
//! So a type that goes by another name is not recognised, and nothing here may be needed for correctness.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// Whether it is spelled `Ref<..>`, perhaps within an `Option`.
pub(crate) fn is_reference(ty: &Type) -> bool {
    is_named(within_option(ty).unwrap_or(ty), &["Ref"])
}

/// Whether it is spelled as a type that holds no text, perhaps within an `Option`.
pub(crate) fn is_no_text(ty: &Type) -> bool {
    is_named(within_option(ty).unwrap_or(ty), &["i16", "i32", "i64", "u32", "f32", "f64", "bool", "Vec", "Ref"])
}

/// Whether it is spelled as a floating-point number.
pub(crate) fn is_float(ty: &Type) -> bool {
    is_named(ty, &["f32", "f64"])
}

/// An integer that no column holds, perhaps within an `Option`, and the one that takes its place.
pub(crate) fn refused_integer(ty: &Type) -> Option<(String, &'static str)> {
    let name = last_segment(within_option(ty).unwrap_or(ty))?.ident.to_string();
    let instead = match name.as_str() {
        "i8" | "u8" => "i16",
        "u16" => "i32",
        "isize" | "usize" | "u64" | "i128" | "u128" => "i64",
        _ => return None,
    };
    Some((name, instead))
}

/// The `T` of an `Option<T>`.
pub(crate) fn within_option(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Option")?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}

/// Whether it is spelled as one of the types that can be a key and are in scope everywhere.
pub(crate) fn is_in_prelude(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.get_ident().is_some() && is_named(ty, &["i16", "i32", "i64", "u32", "bool", "String"]),
        Type::Group(group) => is_in_prelude(&group.elem),
        _ => false,
    }
}

fn is_named(ty: &Type, names: &[&str]) -> bool {
    last_segment(ty).is_some_and(|segment| names.iter().any(|name| segment.ident == name))
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        // A type that comes through `macro_rules!` is wrapped in an invisible group.
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}
