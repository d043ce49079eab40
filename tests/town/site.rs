//! Where a town is built.

use std::io;
use std::sync::LazyLock;

use anyhow::anyhow;
use futures::future::{BoxFuture, FutureExt as _};
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, RwLock};

use super::{Ground, Story, Town};

/// A place for the town of a test program, which is built for the first story that is told in it.
pub struct Site {
    build: fn() -> BoxFuture<'static, anyhow::Result<Town>>,
    town: OnceCell<Town>,
    /// Where the town lives: longer than the test that happens to build it.
    runtime: LazyLock<io::Result<Runtime>>,
    /// Held by each story; by one that makes trouble, alone.
    quiet: RwLock<()>,
}

impl Site {
    /// For a town of processes.
    #[must_use]
    pub const fn of_processes() -> Self {
        Self::of(|| Town::of_processes().boxed())
    }

    /// For a town of containers.
    #[must_use]
    pub const fn of_containers() -> Self {
        Self::of(|| Town::of_containers().boxed())
    }

    const fn of(build: fn() -> BoxFuture<'static, anyhow::Result<Town>>) -> Self {
        Self {
            build,
            town: OnceCell::const_new(),
            runtime: LazyLock::new(Runtime::new),
            quiet: RwLock::const_new(()),
        }
    }

    /// Tells a story, beside others.
    pub fn tell<Told>(
        &'static self,
        name: &str,
        story: impl FnOnce(Story) -> Told,
    ) -> anyhow::Result<()>
    where
        Told: Future<Output = anyhow::Result<()>>,
    {
        self.tell_in(self.quiet.read(), name, story)
    }

    /// Tells a story while no other is told: this one makes trouble, from which the others would suffer.
    pub fn tell_alone<Told>(
        &'static self,
        name: &str,
        story: impl FnOnce(Story) -> Told,
    ) -> anyhow::Result<()>
    where
        Told: Future<Output = anyhow::Result<()>>,
    {
        self.tell_in(self.quiet.write(), name, story)
    }

    /// Tells a story in this quiet.
    fn tell_in<Guard, Told>(
        &'static self,
        quiet: impl Future<Output = Guard>,
        name: &str,
        story: impl FnOnce(Story) -> Told,
    ) -> anyhow::Result<()>
    where
        Told: Future<Output = anyhow::Result<()>>,
    {
        self.runtime()?.block_on(async {
            let _quiet = quiet.await;
            let town = self.town.get_or_try_init(self.build).await?;
            let told = story(Story::begin(town, name)).await;
            if let (Err(_), Ground::Containers(containers)) = (&told, &town.ground) {
                eprintln!("{}", containers.logs().await);
            }
            told
        })
    }

    fn runtime(&'static self) -> anyhow::Result<&'static Runtime> {
        let runtime = self.runtime.as_ref();
        runtime.map_err(|error| anyhow!("no runtime: {error}"))
    }
}
