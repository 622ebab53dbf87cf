//! A statement that runs once for each object of a batch: its template, its values, what it came to.

use aludel_engine::{Connection, Rows};
use aludel_sql::ast::{BinaryOp, ColumnRef, Junction, Node, Statement};
use aludel_sql::{Mapping, Outcome, Result, RowRef, Step, Value};

/// What each run came to, in order. A row of a run holds the key that the database has assigned.
#[derive(Default)]
struct Ran {
    outcomes: Vec<Outcome>,
    key: Option<i64>,
}

impl Rows for Ran {
    fn row(&mut self, row: &dyn RowRef) -> Result<Step> {
        self.key = row.int(0)?;
        Ok(Step::More)
    }

    fn executed(&mut self, outcome: Outcome) {
        self.outcomes.push(Outcome { generated: self.key.take().or(outcome.generated), ..outcome });
    }
}

/// Runs the template once for each of `times` parts of the values.
pub(super) async fn run(connection: &mut Connection, template: &Statement, values: &[Value<'_>], times: usize) -> Result<Vec<Outcome>> {
    let mut ran = Ran { outcomes: Vec::with_capacity(times), key: None };
    connection.run_each(template, values, times, &mut ran).await?;
    Ok(ran.outcomes)
}

/// A value that each run brings along.
pub(super) fn hole() -> Node {
    Node::Bind(Value::Null)
}

/// `key = ? AND ..`, for all fields of the key.
pub(super) fn by_key(mapping: &'static Mapping) -> Option<Node> {
    let equal = |at: &u16| {
        let column = ColumnRef { table: mapping.table_ref(), position: mapping.columns[usize::from(*at)] };
        Node::binary(BinaryOp::Eq, Node::Column(column), hole())
    };
    mapping.key.iter().map(equal).reduce(|all, one| Node::join(Junction::And, all, one))
}
