//! What has become of a server since a transaction was given its number: after a crash, and on a standby that was promoted, a number
//! that was lost with the end of the log is given away again. So a number alone does not tell of its transaction.
//!
//! Source: PostgreSQL's manual, sections 9.27.4 "Recovery Control Functions" and 28.2 "The Cumulative Statistics System", whose times of
//! reset change with each recovery from a crash.

use std::time::{Duration, Instant};

use aludel_engine::CommitOutcome;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::answer::field;

/// What a server says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Committed,
    Aborted,
    InProgress,
    /// It was given away too long ago.
    Forgotten,
    /// It was not given away yet.
    NotYet,
}

/// What a server says of its past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct History {
    /// The cluster; a standby is of the same.
    system: u64,
    /// The log's timeline: each promotion begins a new one, and no crash does.
    timeline: u32,
    /// When it began to count anew: at its last recovery from a crash, or when somebody told it to. Microseconds since 1970. A standby
    /// that was made from a copy may have it from its primary.
    counts_since: i64,
    /// Where its log ended that it has recovered from at its start, if it has.
    recovered: Option<u64>,
    /// The time: of the server when this was asked; of the break, in a token; in an answer, of the last transaction that a standby has
    /// got from its primary.
    moment: Option<i64>,
}

/// What a server has said of its past to a connection.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    history: History,
    asked: Instant,
}

/// How far the clocks of server and program may drift apart while a connection lives.
const DRIFT: Duration = Duration::from_secs(1);
/// So soon after the break a server has recovered that is the next one: no other has come, given a lost number away, and crashed
/// again before it.
const NEXT: Duration = Duration::from_secs(30);

const QUESTION: &str = "SELECT system_identifier, CAST(extract(epoch FROM stats_reset) * 1000000 AS bigint), \
                        pg_last_wal_replay_lsn() - '0/0'::pg_lsn, \
                        CAST(CAST('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) AS bit(32)) AS bigint)";

impl Past {
    /// Asks a server that takes writes; none if it does not tell all that is to be known.
    pub(crate) async fn ask(client: &Client) -> Option<Self> {
        let asked = Instant::now();
        // What is asked with each number is tried here, where a failure harms nobody.
        let question = format!(
            "{QUESTION}, CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) \
             FROM pg_control_system(), pg_stat_bgwriter"
        );
        let history = History::read(&client.simple_query(&question).await.ok()?)?;
        Some(Self { history, asked })
    }

    /// As words, for a connection that has broken by now.
    pub(crate) fn at_the_break(&self, now: Instant) -> String {
        let History { system, timeline, counts_since, recovered, moment } = self.history;
        let elapsed = i64::try_from(now.saturating_duration_since(self.asked).as_micros()).unwrap_or(i64::MAX);
        let broke = moment.unwrap_or_default().saturating_add(elapsed);
        let recovered = recovered.map_or("-".to_owned(), |position| position.to_string());
        format!("{system} {timeline} {counts_since} {recovered} {broke}")
    }
}

impl History {
    /// Asks a server; none if it is a standby, which may not have heard of everything.
    pub(crate) async fn ask(client: &Client) -> Result<Option<Self>, tokio_postgres::Error> {
        let question = format!(
            "{QUESTION}, CAST(extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000000 AS bigint) \
             FROM pg_control_system(), pg_stat_bgwriter WHERE NOT pg_is_in_recovery()"
        );
        Ok(Self::read(&client.simple_query(&question).await?))
    }

    fn read(answer: &[SimpleQueryMessage]) -> Option<Self> {
        Some(Self {
            system: field(answer, 0)?.parse().ok()?,
            timeline: field(answer, 3)?.parse().ok()?,
            counts_since: field(answer, 1)?.parse().ok()?,
            recovered: field(answer, 2).map(str::parse).transpose().ok()?,
            moment: field(answer, 4).and_then(|moment| moment.parse().ok()),
        })
    }

    /// Reads what [`Past::at_the_break`] has written.
    pub(crate) fn parse(words: &str) -> Option<Self> {
        let mut words = words.split(' ');
        Some(Self {
            system: words.next()?.parse().ok()?,
            timeline: words.next()?.parse().ok()?,
            counts_since: words.next()?.parse().ok()?,
            recovered: Some(words.next()?).filter(|word| *word != "-").map(str::parse).transpose().ok()?,
            moment: Some(words.next()?.parse().ok()?),
        })
    }

    /// What became of a transaction of which the server says this now, that was given its number then, when the log was here.
    pub(crate) fn judge(&self, then: &Self, position: u64, status: Status) -> CommitOutcome {
        if self.system != then.system {
            return CommitOutcome::Unknown;
        }
        let later = self.recovered.filter(|end| Some(*end) != then.recovered);
        // Neither crashed nor promoted since: the number is that of the one transaction.
        let is_the_same =
            self.timeline == then.timeline && later.is_none() && (self.counts_since == then.counts_since || self.recovered.is_some());
        match status {
            Status::Forgotten => CommitOutcome::Unknown,
            // A number that is known to be committed is never given away again.
            Status::Aborted => CommitOutcome::RolledBack,
            Status::NotYet if is_the_same => CommitOutcome::Unknown,
            // It was lost with the end of the log.
            Status::NotYet => CommitOutcome::RolledBack,
            Status::Committed | Status::InProgress if !is_the_same => match later {
                // The end of the log was lost, the transaction's end with it: this is another one of its number.
                Some(end) if end < position => CommitOutcome::RolledBack,
                Some(_) if self.is_next_after(then) => told(status),
                _ => CommitOutcome::Unknown,
            },
            _ => told(status),
        }
    }

    /// Whether no other server has come and gone since the break, which would have given the number away: what a standby has got is
    /// older than the break, or a server that has crashed was back soon.
    fn is_next_after(&self, then: &Self) -> bool {
        let within = |moment: i64, limit: Duration| {
            let limit = i64::try_from(limit.as_micros()).unwrap_or(i64::MAX);
            then.moment.is_some_and(|broke| moment <= broke.saturating_add(limit))
        };
        match self.moment {
            Some(last) => within(last, DRIFT),
            None => within(self.counts_since, NEXT),
        }
    }
}

fn told(status: Status) -> CommitOutcome {
    match status {
        Status::Committed => CommitOutcome::Committed,
        Status::InProgress => CommitOutcome::InProgress,
        Status::Aborted => CommitOutcome::RolledBack,
        Status::Forgotten | Status::NotYet => CommitOutcome::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use aludel_engine::CommitOutcome::{self, Committed, InProgress, RolledBack, Unknown};

    use super::{History, Status};

    const THEN: History = History { system: 1, timeline: 1, counts_since: 100, recovered: None, moment: Some(10_000_000) };

    /// The log was at 500 when the number was given.
    #[track_caller]
    fn check(now: History, expected: [CommitOutcome; 5]) {
        let all = [Status::Committed, Status::InProgress, Status::Aborted, Status::NotYet, Status::Forgotten];
        assert_eq!(all.map(|status| now.judge(&THEN, 500, status)), expected);
    }

    #[test]
    fn a_server_that_went_on() {
        check(THEN, [Committed, InProgress, RolledBack, Unknown, Unknown]);
        let then = History { recovered: Some(400), ..THEN };
        let counts_anew = History { counts_since: 999, moment: Some(99_000_000), ..then.clone() };
        assert_eq!(counts_anew.judge(&then, 500, Status::Committed), Committed, "its recovery was before");
    }

    #[test]
    fn a_server_that_has_recovered() {
        let now = History { counts_since: 200, recovered: Some(600), moment: Some(9_000_000), ..THEN };
        check(now.clone(), [Committed, InProgress, RolledBack, RolledBack, Unknown]);
        // The log ended before the transaction did: who has the number now is another one.
        check(History { recovered: Some(499), ..now.clone() }, [RolledBack, RolledBack, RolledBack, RolledBack, Unknown]);
        // Somebody has committed after the break, and that was recovered too: there was another server between.
        check(History { moment: Some(20_000_000), ..now.clone() }, [Unknown, Unknown, RolledBack, RolledBack, Unknown]);
        let crashed = History { moment: None, ..now };
        check(crashed.clone(), [Committed, InProgress, RolledBack, RolledBack, Unknown]);
        check(History { counts_since: 45_000_000, ..crashed }, [Unknown, Unknown, RolledBack, RolledBack, Unknown]);
    }

    #[test]
    fn another_server() {
        check(History { system: 2, ..THEN }, [Unknown; 5]);
        // It counts anew, and has recovered nothing: nobody knows why.
        check(History { counts_since: 200, ..THEN }, [Unknown, Unknown, RolledBack, RolledBack, Unknown]);
    }

    /// A standby that was made from a copy has the counts of its primary: what tells is its recovery, and its timeline after a restart.
    #[test]
    fn a_standby_that_counts_on() {
        let now = History { timeline: 2, recovered: Some(499), moment: Some(9_000_000), ..THEN };
        check(now.clone(), [RolledBack, RolledBack, RolledBack, RolledBack, Unknown]);
        check(History { timeline: 1, ..now.clone() }, [RolledBack, RolledBack, RolledBack, RolledBack, Unknown]);
        check(History { recovered: Some(600), ..now.clone() }, [Committed, InProgress, RolledBack, RolledBack, Unknown]);
        check(History { recovered: None, ..now }, [Unknown, Unknown, RolledBack, RolledBack, Unknown]);
    }

    #[test]
    fn words_come_back() {
        let past = super::Past { history: THEN, asked: std::time::Instant::now() };
        assert_eq!(History::parse(&past.at_the_break(past.asked)), Some(THEN));
        for words in ["", "1 2 3 4", "1 2 3 x 4", "a b c d e"] {
            assert_eq!(History::parse(words), None, "{words}");
        }
    }
}
