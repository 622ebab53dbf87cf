//! What a manifest says that several rules ask. Judges nothing.

use toml::{Table, Value};

/// Returns the packages that the product depends on, also those for one platform or for the build script.
pub(crate) fn dependencies(manifest: &Table) -> Vec<String> {
    let mut tables: Vec<&Table> = tables_of(manifest);
    if let Some(Value::Table(targets)) = manifest.get("target") {
        tables.extend(targets.values().filter_map(Value::as_table).flat_map(tables_of));
    }
    let mut names = Vec::new();
    for (name, dependency) in tables.into_iter().flatten() {
        let renamed = dependency.get("package").and_then(Value::as_str);
        names.push(renamed.unwrap_or(name).to_owned());
    }
    names
}

fn tables_of(table: &Table) -> Vec<&Table> {
    let names = ["dependencies", "build-dependencies"];
    names.iter().filter_map(|name| table.get(*name)?.as_table()).collect()
}
