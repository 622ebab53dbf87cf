//! What is logged, as lines: the events and spans of `tracing` and the records of `log`, with all their fields.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// What else hears of events.
pub type Tap = fn(&Event<'_>);

/// Hears everything of the process.
pub(super) struct Ear {
    /// Hears a line, which is written if it is wanted.
    pub(super) line: fn(&dyn Fn() -> String),
    /// Whether lines are wanted, or only what a tap hears.
    pub(super) all: bool,
    pub(super) tap: fn() -> Option<Tap>,
}

/// Whether it may be of one who has to do with values; others tell of each byte that comes at their finest level.
fn is_wanted(target: &str, is_finest: bool) -> bool {
    !is_finest || ["aludel", "tokio_postgres", "mysql", "rustls"].iter().any(|name| target.starts_with(name))
}

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        match self.all {
            true => is_wanted(metadata.target(), *metadata.level() == Level::TRACE),
            false => metadata.target().starts_with("aludel") && !metadata.is_span(),
        }
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        (self.line)(&|| {
            let mut line = Line(attributes.metadata().name().to_owned());
            attributes.record(&mut line);
            line.0
        });
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        (self.line)(&|| {
            let mut line = Line(String::new());
            values.record(&mut line);
            line.0
        });
    }

    fn event(&self, event: &Event<'_>) {
        if let Some(tap) = (self.tap)() {
            tap(event);
        }
        if self.all {
            (self.line)(&|| {
                let mut line = Line(event.metadata().target().to_owned());
                event.record(&mut line);
                line.0
            });
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl log::Log for Ear {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        is_wanted(metadata.target(), metadata.level() == log::Level::Trace)
    }

    fn log(&self, record: &log::Record<'_>) {
        if log::Log::enabled(self, record.metadata()) {
            (self.line)(&|| format!("{} {}", record.target(), record.args()));
        }
    }

    fn flush(&self) {}
}

struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        let _infallible = write!(self.0, " {}={value}", field.name());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _infallible = write!(self.0, " {}={value:?}", field.name());
    }
}
