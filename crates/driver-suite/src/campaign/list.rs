//! How a driver's tests name a campaign.

/// Makes the tests of the campaign that drops futures: `cancel_campaign!(World, [Unmarked, ..]);` for a
/// [`Ground`](crate::campaign::Ground) and the [faults](aludel_engine::Fault) that nobody can see on it. The tests need tokio's
/// `macros`.
#[macro_export]
macro_rules! cancel_campaign {
    ($ground:ty, [$($unseen:ident),* $(,)?]) => {
        mod cancel_campaign {
            #[allow(unused_imports, reason = "the ground may stand anywhere")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn random() {
                $crate::campaign::random::<$ground>($crate::campaign::Plan::of_environment()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn points() {
                $crate::campaign::points::<$ground>($crate::campaign::Plan::of_environment()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn planted() {
                $crate::campaign::planted::<$ground>(&[$($crate::Fault::$unseen),*]).await;
            }
        }
    };
}
