//! The command line of the application's own binary.

use std::io::Write;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::build::App;
use super::serve::{Address, serve};
use crate::error::{Error, Result};

impl App {
    /// Runs what the command line of the program says: `run` (also without any word) or `routes`; `--help` tells more.
    ///
    /// # Errors
    /// A database that cannot be opened, tables that differ from the models, routes that clash, a port that is taken.
    pub async fn run(self) -> Result {
        let matches = command(self.name()).get_matches();
        match matches.subcommand() {
            Some(("routes", _)) => routes(self),
            Some(("run", matches)) => self.run_with(matches).await,
            _ => self.run_with(&matches).await,
        }
    }
}

impl App {
    async fn run_with(self, matches: &ArgMatches) -> Result {
        let app = match matches.get_one::<String>("database") {
            Some(url) => self.at_database(url)?,
            None => self,
        };
        serve(app, options(matches)).await
    }
}

fn command(name: &str) -> Command {
    let listening = [
        Arg::new("host").long("host").value_name("HOST").default_value("127.0.0.1").help("The address to listen on"),
        Arg::new("port")
            .long("port")
            .value_name("PORT")
            .default_value("5000")
            .value_parser(value_parser!(u16))
            .help("The port to listen on; 0 takes a free one"),
        Arg::new("database").long("database").value_name("URL").help("Another database than the program's own"),
        Arg::new("debug")
            .long("debug")
            .value_name("WHETHER")
            .num_args(0..=1)
            .default_missing_value("true")
            .value_parser(value_parser!(bool))
            .help("Show errors as a page to browsers on this machine; only a debug build can"),
    ];
    Command::new(name.to_owned())
        .about("A web application made with Aludel")
        .args(listening.clone())
        .args_conflicts_with_subcommands(true)
        .subcommand(Command::new("run").about("Serves the application (also without any command)").args(listening))
        .subcommand(Command::new("routes").about("Lists the routes"))
}

fn options(matches: &ArgMatches) -> Address {
    Address {
        host: matches.get_one::<String>("host").cloned().unwrap_or_default(),
        port: matches.get_one::<u16>("port").copied().unwrap_or_default(),
        debug: matches.get_one::<bool>("debug").copied(),
    }
}

fn routes(app: App) -> Result {
    let service = app.routed()?;
    write!(std::io::stdout().lock(), "{}", service.table()).map_err(Error::unplaced)
}
