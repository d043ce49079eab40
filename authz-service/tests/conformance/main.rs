//! The OpenID Foundation's own vectors for the Authorization API, each a test by its name.
//!
//! They are not kept here: `REALGUARDIO_AUTHZEN_VECTORS` names the file. Without it there is nothing to do.

mod vector;

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use tokio::runtime::Runtime;

use self::vector::{Point, Vector};

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Vector>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::from_args();
    let Some(file) = std::env::var_os("REALGUARDIO_AUTHZEN_VECTORS") else {
        println!("REALGUARDIO_AUTHZEN_VECTORS names no file of vectors: none are run");
        libtest_mimic::run(&arguments, Vec::new()).exit();
    };
    let Vectors { cases } = serde_json::from_slice(&std::fs::read(Path::new(&file))?)?;
    let runtime = Arc::new(Runtime::new()?);
    let point = Arc::new(Point::new()?);
    let trials = cases.into_iter().map(|vector| {
        let (runtime, point) = (runtime.clone(), point.clone());
        Trial::test(vector.title(), move || {
            runtime
                .block_on(vector.run(&point))
                .map_err(|why| Failed::from(format!("{why:#}")))
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit()
}
