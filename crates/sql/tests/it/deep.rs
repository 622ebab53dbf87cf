//! Long conditions and deep ones: the first are flat, the second are refused before a walk could exhaust the stack.

use aludel_sql::{Executable, Expr, Sqlite, Statement, compile};
use expect_test::expect;

use crate::people::{self, ID, NAME};

/// As small as the stack of a worker thread.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread");
    thread.join().expect("no overflow, no failed assertion");
}

fn query(condition: Expr<bool>) -> Statement {
    people::select().filter(condition).into_statement()
}

/// What a user may type into a search field.
#[test]
fn a_long_chain_is_flat() {
    on_a_small_stack(|| {
        for terms in [2, 200, 201, 4_000, 30_000] {
            let chain = (1..terms).fold(ID.eq(0), |chain, id| chain.or(ID.eq(id)));
            let statement = query(chain);
            let (sql, binds) = statement.to_sql(&Sqlite).into_parts().expect("it is written");
            assert_eq!((sql.matches("id = ?").count(), binds.len()), (terms as usize, terms as usize));
            // SQLite reads `a OR b OR c` as a nest.
            let longest = sql.split(['(', ')']).map(|part| part.matches(" OR ").count()).max();
            assert!(longest <= Some(200), "{terms}: {longest:?}");
            assert_eq!(statement.clone(), statement);
        }
        let chain = (0..100_000).fold(ID.eq(0), |chain, id| chain.and(ID.ne(id)));
        let error = query(chain).to_sql(&Sqlite).into_parts().expect_err("too many parameters");
        expect!["TooManyParametersError: the statement has 100001 parameters, more than the 32766 that sqlite takes"]
            .assert_eq(&error.to_string());
        let filters = (0..30_000).fold(people::select(), |query, id| query.filter(ID.ne(id)));
        compile(&filters.into_statement(), &Sqlite).expect("it is written");
    });
}

#[test]
fn a_deep_nest_is_refused() {
    on_a_small_stack(|| {
        let nest = |levels| (0..levels).fold(ID.eq(0), |nest, id| nest.or(ID.eq(id)).and(NAME.ne("x")));
        compile(&query(nest(200)), &Sqlite).expect("it is written");
        let error = query(nest(100_000)).to_sql(&Sqlite).into_parts().expect_err("too deep");
        expect!["UsageError: an expression is nested more than 500 levels deep"].assert_eq(&error.to_string());
        let negated = (0..100_001).fold(ID.eq(0), |condition, _| !condition);
        assert!(format!("{}", query(negated).to_sql(&Sqlite)).ends_with("WHERE NOT id = ?1"));
    });
}
