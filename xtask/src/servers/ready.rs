//! Finds or starts one server of each kind, and says which it is.

use super::install;
use super::kind::{Answer, Kind};
use super::kinds::KINDS;
use super::own::Own;
use super::postgres::POSTGRES;
use crate::shell::Outcome;

/// Which servers are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// What the environment names, else what answers on the standard ports, else our own.
    Any,
    /// Our own.
    Own,
}

impl Wanted {
    /// Reads the arguments of a command that needs servers.
    ///
    /// # Errors
    /// If there is any but `--own`.
    pub(crate) fn of(arguments: &[String]) -> Outcome<Wanted> {
        match arguments {
            [] => Ok(Wanted::Any),
            [word] if word == "--own" => Ok(Wanted::Own),
            _ => Err(format!("unknown arguments `{}`; there is `--own` alone", arguments.join(" ")).into()),
        }
    }
}

/// One server of each kind. Those that we started stop when this is dropped.
pub(crate) struct Servers {
    servers: Vec<Server>,
}

/// A server that answers, or that the environment names.
struct Server {
    kind: &'static Kind,
    origin: Origin,
}

enum Origin {
    /// The environment's variable holds its URL.
    Environment,
    /// It listens on the standard port.
    Standard,
    Own(Own),
}

impl Servers {
    /// Finds or starts the servers.
    ///
    /// # Errors
    /// If the programs of a kind are missing and cannot be installed, or there is no server of it and none can be started.
    pub(crate) fn ready(wanted: Wanted) -> Outcome<Servers> {
        // Some tests start and kill servers of their own, whichever the others use.
        for kind in KINDS {
            install::programs(kind)?;
        }
        let servers = KINDS.into_iter().map(|kind| Ok(Server { kind, origin: origin(kind, wanted)? }));
        Ok(Servers { servers: servers.collect::<Outcome<_>>()? })
    }

    /// Finds or starts a PostgreSQL server alone, and returns its URL too.
    ///
    /// # Errors
    /// If there is none and it cannot be started.
    pub(crate) fn postgres() -> Outcome<(Servers, String)> {
        let server = Server { kind: &POSTGRES, origin: origin(&POSTGRES, Wanted::Any)? };
        let servers = Servers { servers: vec![server] };
        let found = servers.variables().pop().map(|(_, url)| url);
        let url = found.or_else(|| std::env::var(POSTGRES.variable).ok()).ok_or("the URL of the PostgreSQL server cannot be read")?;
        Ok((servers, url))
    }

    /// Returns the variables for the tests and their values, without those that the environment has already.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let variable = |server: &Server| match &server.origin {
            Origin::Environment => None,
            Origin::Standard => Some((server.kind.variable, (server.kind.url)(server.kind.port))),
            Origin::Own(own) => Some((server.kind.variable, (server.kind.url)(own.port()))),
        };
        self.servers.iter().filter_map(variable).collect()
    }

    /// Tells whether any of them is our own.
    pub(super) fn has_own(&self) -> bool {
        self.servers.iter().any(|server| matches!(server.origin, Origin::Own(_)))
    }

    /// Looks after the servers that we started.
    ///
    /// # Errors
    /// If one has ended; the message has the end of its log.
    pub(super) fn look_after(&mut self) -> Outcome {
        for Server { kind, origin } in &mut self.servers {
            if let Origin::Own(own) = origin
                && own.has_ended()
            {
                return Err(format!("{} has ended; {}", kind.name, own.last_words()).into());
            }
        }
        Ok(())
    }
}

fn origin(kind: &Kind, wanted: Wanted) -> Outcome<Origin> {
    match wanted {
        Wanted::Own => start(kind),
        Wanted::Any if is_named(kind) => {
            // The URL may hold a password.
            println!("    {}: the one that `{}` names", kind.name, kind.variable);
            Ok(Origin::Environment)
        }
        Wanted::Any if is_standard(kind) => Ok(Origin::Standard),
        Wanted::Any => start(kind),
    }
}

fn is_named(kind: &Kind) -> bool {
    std::env::var_os(kind.variable).is_some_and(|url| !url.is_empty())
}

fn is_standard(kind: &Kind) -> bool {
    let Kind { name, port, .. } = kind;
    let answer = (kind.ask)(*port);
    match &answer {
        Answer::Usable(version) => println!("    {name}: {version}, which answers on 127.0.0.1:{port}"),
        Answer::Unusable(why) => println!("    {name}: nothing to use on 127.0.0.1:{port}: {why}"),
        Answer::Nobody => println!("    {name}: nobody answers on 127.0.0.1:{port}"),
    }
    matches!(answer, Answer::Usable(_))
}

fn start(kind: &Kind) -> Outcome<Origin> {
    println!("    {}: starting one of our own", kind.name);
    let (own, version) = Own::start(kind)?;
    println!(
        "    {}: {version}, started on 127.0.0.1:{} in `{}`; it stops with this command",
        kind.name,
        own.port(),
        own.folder().display()
    );
    Ok(Origin::Own(own))
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn arguments() {
        let read = |words: &[&str]| Wanted::of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).ok();
        assert_eq!(read(&[]), Some(Wanted::Any));
        assert_eq!(read(&["--own"]), Some(Wanted::Own));
        assert_eq!(read(&["--own", "--own"]), None);
        assert_eq!(read(&["people"]), None);
    }
}
