//! A server of the tests' own that is killed and restarted under load. It cannot tell what became of a commit: the rows tell.

use aludel_driver_suite::outage::{Followed, Server};
use aludel_driver_suite::servers::{self, Kill, Stop};
use aludel_engine::{Engine, PoolOptions};
use aludel_mysql::MySql;

struct Alone(servers::MariaDb);

impl Server for Alone {
    const NAME: &'static str = "MariaDB";
    const KILLS: &'static [Kill] = &[Kill::All];
    const STOPS: &'static [Stop] = &[Stop::Fast];
    const TELLS_SINGLE: bool = true;

    fn start() -> Self {
        Self(servers::MariaDb::start(&[]))
    }

    fn port(&self) -> u16 {
        self.0.port()
    }

    fn engine(&self, port: u16, options: PoolOptions) -> Engine {
        let url = format!("mariadb://root@127.0.0.1:{port}/test?connect_timeout=2");
        Engine::with_pool(MySql::from_url(&url).expect("a URL"), options.commit_tokens())
    }

    fn kill(&mut self, _all: Kill) {
        self.0.kill();
    }

    fn stop(&mut self, _fast: Stop) {
        self.0.stop();
    }

    fn serve(&mut self) {
        self.0.serve();
    }
}

aludel_driver_suite::outage_campaigns!(Alone);

/// A primary and two replicas.
struct Three {
    primary: servers::MariaDb,
    replicas: [servers::MariaDb; 2],
}

fn engine_at(port: u16, options: PoolOptions) -> Engine {
    Engine::with_pool(MySql::from_url(&format!("mariadb://root@127.0.0.1:{port}/test?connect_timeout=2")).expect("a URL"), options)
}

impl Followed for Three {
    const NAME: &'static str = "MariaDB";

    fn start() -> Self {
        let primary = servers::MariaDb::start(&["--server-id=1", "--log-bin=bin"]);
        let replica = |id: &str| {
            let replica = servers::MariaDb::start(&[id]);
            replica.tell(&format!(
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {}, MASTER_USER = 'root', MASTER_USE_GTID = slave_pos, \
                 MASTER_CONNECT_RETRY = 1; START SLAVE",
                primary.port()
            ));
            replica
        };
        let replicas = [replica("--server-id=2"), replica("--server-id=3")];
        Self { primary, replicas }
    }

    fn primary(&self, options: PoolOptions) -> Engine {
        engine_at(self.primary.port(), options)
    }

    fn follower(&self, nth: usize, options: PoolOptions) -> Engine {
        engine_at(self.replicas[nth].port(), options)
    }

    fn hold(&self, nth: usize, holds: bool) {
        self.replicas[nth].tell(if holds { "STOP SLAVE SQL_THREAD" } else { "START SLAVE SQL_THREAD" });
    }
}

aludel_driver_suite::replica_campaign!(Three);
