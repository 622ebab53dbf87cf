//! Checks each crate of the workspace by itself: with no feature, then with each one alone, so that a feature does not
//! quietly need another, nor a crate what only its neighbours switch on. All features together are clippy's step.
//! Clippy checks here too: `cargo check` lets warnings pass, such as that of code which nothing uses without a feature.

use serde_json::Value;

use crate::shell::{self, Outcome};

/// Runs the checks.
///
/// # Errors
/// The first crate that does not build, or if the workspace cannot be read.
pub(crate) fn features() -> Outcome {
    let (metadata, _) = shell::output(&mut shell::cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    for (package, features) in packages(&serde_json::from_str(&metadata)?)? {
        check(&package, &[])?;
        features.iter().try_for_each(|feature| check(&package, &["--features", feature]))?;
    }
    Ok(())
}

fn check(package: &str, with: &[&str]) -> Outcome {
    let mut command = shell::cargo(&["clippy", "--quiet", "--package", package, "--no-default-features"]);
    shell::run(command.args(with).args(["--", "-D", "warnings"]))
}

/// Returns the names of the packages and their features, in the order of `cargo metadata`; `default` is one of them.
fn packages(metadata: &Value) -> Outcome<Vec<(String, Vec<String>)>> {
    let read = |package: &Value| {
        let features = package["features"].as_object()?.keys().cloned().collect();
        Some((package["name"].as_str()?.to_owned(), features))
    };
    let packages = metadata["packages"].as_array().ok_or("`cargo metadata` names no packages")?;
    packages.iter().map(|package| read(package).ok_or_else(|| format!("not a package: {package}").into())).collect()
}

#[cfg(test)]
mod tests {
    use super::packages;

    #[test]
    fn features_are_read_per_package() {
        let text = r#"{"packages": [{"name": "a", "features": {"default": ["b"], "b": ["dep:c"]}}, {"name": "d", "features": {}}]}"#;
        let read = packages(&serde_json::from_str(text).expect("it is JSON")).expect("all are packages");
        assert_eq!(read, [("a".to_owned(), vec!["b".to_owned(), "default".to_owned()]), ("d".to_owned(), Vec::new())]);
        assert!(packages(&serde_json::json!({ "packages": [{}] })).is_err());
    }
}
