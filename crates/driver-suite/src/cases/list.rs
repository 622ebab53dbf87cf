//! The list of the cases, and how a function becomes one.

/// Makes a test of each case: `suite!(World);` for a [`Fixture`](crate::Fixture) of that name. The tests need tokio's `macros`.
#[macro_export]
macro_rules! suite {
    ($fixture:ty) => {
        $crate::each_case! { $fixture,
            values: integers, floats, special_floats, truth_values, texts, long_texts, bytes, uuids, decimals, precise_decimals,
                json, arrays, labels;
            moments: dates, times, dates_and_times, timestamps, durations, what_no_database_keeps;
            calendars: chrono_days, chrono_moments, chrono_refuses, time_days, time_moments, time_refuses;
            statements: one_row, many_rows, several_at_once, changes_and_counts, keys_are_assigned, inserts_return, updates_return, deletes_return,
                conditions, limits, raw_statements, schema_twice;
            refusals: unique, primary_key, foreign_key, not_null, too_long, nul, syntax, missing_table, too_many_parameters;
            transactions: commit, rollback, dropped, savepoints, nested, nested_in_nothing, an_error_within, read_only, isolation, raw_begin, schema_is_rolled_back,
                lost_updates;
            results: first_of_many, a_sink_that_fails, streams, by_name_and_position, columns_of_a_table, cancelled_anywhere;
            bulk: rows, within_a_transaction, refused, endless, its_source_fails, dropped;
            events: events, cancelled_statement;
        }
    };
}

/// One test for each name.
#[doc(hidden)]
#[macro_export]
macro_rules! each_case {
    ($fixture:ty, $($room:ident: $($case:ident),* $(,)?;)*) => { $(
        mod $room {
            #[allow(unused_imports, reason = "the fixture may stand anywhere")]
            use super::*;
            $(
                #[tokio::test]
                async fn $case() {
                    $crate::run::<$fixture>($crate::cases::$room::$case()).await;
                }
            )*
        }
    )* };
}

/// Makes a case of each function.
macro_rules! cases { ($($(#[$doc:meta])* $name:ident $(needs $need:ident)?, |$engine:ident| $body:block)*) => { $(
    $(#[$doc])*
    pub fn $name() -> $crate::run::Case {
        let needs = [$(Some($crate::fixture::Capability::$need),)? None][0];
        $crate::run::Case { needs, run: |$engine| Box::pin(async move { $body; Ok(()) }) }
    }
)* } }

pub(super) use cases;
