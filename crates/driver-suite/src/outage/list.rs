//! How a driver's tests name the campaigns.

/// Makes the tests of the campaigns that kill and restart a server, for a [`Server`](crate::outage::Server), and of the faults that they
/// must find. The tests need tokio's `macros`.
#[macro_export]
macro_rules! outage_campaigns {
    ($server:ty) => {
        mod kill_campaign {
            #[allow(unused_imports, reason = "the server may stand anywhere")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn kills() {
                $crate::outage::kill::<$server>($crate::outage::Plan::of_environment(40, 3)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn planted() {
                $crate::outage::kills_find::<$server>().await;
            }
        }

        mod restart_campaign {
            #[allow(unused_imports, reason = "the server may stand anywhere")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn restarts() {
                $crate::outage::restart::<$server>($crate::outage::Plan::of_environment(20, 2)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn planted() {
                $crate::outage::restarts_find::<$server>().await;
            }
        }
    };
}

/// Makes the tests of the campaign whose replicas fall behind, for a [`Followed`](crate::outage::Followed), and of the faults that it
/// must find.
#[macro_export]
macro_rules! replica_campaign {
    ($servers:ty) => {
        mod replicas_campaign {
            #[allow(unused_imports, reason = "the servers may stand anywhere")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn replicas() {
                $crate::outage::replicas::<$servers>($crate::outage::Plan::of_environment(40, 3)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn planted() {
                $crate::outage::replicas_find::<$servers>().await;
            }
        }
    };
}
