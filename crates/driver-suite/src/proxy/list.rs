//! How a driver's tests name what is tried through the proxy.

/// Makes the tests of what is the same for all servers, for a [`Subject`](crate::proxy::Subject) that has `new()`, `with(port, options)`
/// and the field `silence`: what is cut is its own. A statement that takes six seconds, and where its server's words are and what lies
/// could stand there. The tests need tokio's `macros`.
#[macro_export]
macro_rules! proxy_campaigns {
    ($behind:ident, $long:ident, ($places:ident, $lie:ident), planted { $($cuts:item)* }) => {
        #[tokio::test]
        async fn stalled() {
            $crate::proxy::stalls(&$behind::new().await).await.check();
        }

        #[tokio::test]
        async fn a_server_that_falls_silent_and_one_that_works_long() {
            let subject = $behind::new().await;
            $crate::proxy::silent(&subject, |port| subject.with(port, Default::default()), $long).await.check();
        }

        #[tokio::test]
        async fn sliced_and_delayed() {
            $crate::proxy::slices(&patient().await).await.check();
        }

        /// What is slow only is not given up.
        async fn patient() -> $behind {
            $behind { silence: ::aludel_engine::PoolOptions::default().silence, ..$behind::new().await }
        }

        #[tokio::test]
        async fn garbled_bytes() {
            $crate::proxy::garbles(&$behind::new().await).await.check();
        }

        #[tokio::test]
        async fn a_server_that_lies() {
            let subject = $behind::new().await;
            let places = $places(&subject).await;
            $crate::proxy::lies(&subject, |dice| $lie(&places, dice)).await.check();
        }

        /// What is planted on purpose is found.
        mod planted {
            use super::*;
            use $crate::proxy::{BY_GARBLES, BY_LIES, BY_SILENCE, BY_SLICES, BY_STALLS, find_planted, garbles, lies, silent, slices, stalls};

            $($cuts)*

            #[tokio::test]
            async fn stalled() {
                find_planted(&$behind::new().await, BY_STALLS, async |subject| stalls(subject).await).await;
            }

            #[tokio::test]
            async fn silence() {
                let subject = $behind::new().await;
                let options = ::aludel_engine::PoolOptions::default;
                find_planted(&subject, BY_SILENCE, async |faulty| silent(faulty, |port| subject.with(port, options()), $long).await).await;
            }

            #[tokio::test]
            async fn sliced() {
                find_planted(&patient().await, BY_SLICES, async |subject| slices(subject).await).await;
            }

            #[tokio::test]
            async fn garbled() {
                find_planted(&$behind::new().await, BY_GARBLES, async |subject| garbles(subject).await).await;
            }

            #[tokio::test]
            async fn lied_to() {
                let subject = $behind::new().await;
                let places = $places(&subject).await;
                find_planted(&subject, BY_LIES, async |subject| lies(subject, |dice| $lie(&places, dice)).await).await;
            }
        }
    };
}
