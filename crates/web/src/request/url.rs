//! Addresses within the application whose request is being answered.

use std::any::TypeId;

use crate::route::{Endpoint, Rule, UrlError};

use super::info::RequestInfo;

/// Returns the address of an endpoint with its path parameters; `url_for!` expands to this.
///
/// Within a request it begins with the prefix under which the endpoint is mounted in the request's application
/// (under the first, if there are several); elsewhere it is the endpoint's own path.
pub fn url_of<E: Endpoint>(endpoint: E) -> String {
    let args = endpoint.args();
    let values = || args.iter().map(String::as_str);
    let mounted = RequestInfo::with_current(|info| Some(info.table().rule_of(TypeId::of::<E>())?.url(values()))).flatten();
    mounted.unwrap_or_else(|| match Rule::parse(E::PATH) {
        Ok(rule) => rule.url(values()),
        Err(_) => E::PATH.to_owned(),
    })
}

/// Returns the address of an endpoint of the current request's application by its name; see [`Table::url`].
///
/// [`Table::url`]: crate::Table::url
///
/// # Errors
/// Those of [`Table::url`], and that no request is being answered here.
pub fn url_by_name(endpoint: &str, args: &[(&str, &str)]) -> Result<String, UrlError> {
    RequestInfo::with_current(|info| info.table().url(endpoint, args)).unwrap_or_else(|| Err(UrlError::outside(endpoint)))
}
