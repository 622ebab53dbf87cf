//! What an error page is made from, beside the failure itself.

use crate::request::RequestInfo;
use crate::route::Table;

use super::explain::Explainer;
use super::visitor::Visitor;

/// All that a page is made from, beside the failure.
pub(crate) struct Case<'c> {
    pub(crate) info: &'c RequestInfo,
    pub(crate) visitor: &'c Visitor,
    pub(crate) table: &'c Table,
    pub(crate) explainers: &'c [Explainer],
}
