//! Policies as files: read, and refused where they are wrong.

mod cases;
mod fault;
mod links;
mod measure;
mod read;
mod shape;

use std::fmt::Write as _;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread::ScopedJoinHandle;
use std::{fs, io, thread};

use cedar_policy::{Entities, Entity, Policy, PolicySet, Schema};
use sha2::{Digest as _, Sha256};

pub use self::cases::Case;
pub use self::fault::{Fault, Faults};
pub use self::shape::Misfit;
pub(crate) use self::shape::Shape;
use crate::fact::Uid;

/// A file, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its name: by the ending one knows what it is.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A version of the policies: what may be done, in what words, and the cases that it was tested by.
///
/// Whatever has this type was read without a fault: the policies fit the schema, and every test case
/// gave the answer that it should.
#[derive(Debug, Clone)]
pub struct Policies {
    set: PolicySet,
    /// In the order of the files, and of their lines.
    order: Vec<cedar_policy::PolicyId>,
    schema: Schema,
    shape: Option<Shape>,
    actions: Entities,
    cases: Vec<Case>,
    version: String,
    sources: Vec<Source>,
}

impl Source {
    /// Whether one knows by the name what it is.
    #[must_use]
    pub fn is_known(&self) -> bool {
        read::ENDINGS
            .iter()
            .any(|ending| self.name.ends_with(ending))
    }
}

impl Policies {
    /// Reads a directory:
    ///
    /// | files | what they hold |
    /// |---|---|
    /// | `*.cedarschema` | the types and actions |
    /// | `*.cedar` | policies and templates, each with an `@id` |
    /// | `*.links.json` | what is put into templates |
    /// | `*.cases.json` | facts, questions about them, and the answers that are right |
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its file and line; a file that cannot be read is one.
    pub fn read(directory: &Path) -> Result<Self, Faults> {
        Self::new(&sources(directory).map_err(|error| Fault::of_file(directory, &error))?)
    }

    /// As [`read`](Self::read), of files that are in hand.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its file and line.
    pub fn new(sources: &[Source]) -> Result<Self, Faults> {
        with_room(|| {
            let mut policies = read::parse(sources)?;
            read::validate(&policies, sources)?;
            policies.shape = Some(Shape::of(sources)?);
            cases::run(&mut policies, sources)?;
            Ok(policies)
        })
    }

    /// As [`new`](Self::new), without asking whether the policies fit the schema, and later without asking whether
    /// facts and questions do: what does not fit is an error of the policy that meets it, as it is in Cedar.
    ///
    /// # Errors
    ///
    /// Everything that cannot be parsed, each with its file and line.
    pub fn unvalidated(sources: &[Source]) -> Result<Self, Faults> {
        with_room(|| read::parse(sources))
    }

    /// The digest of all files: two versions with the same one are the same.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The files.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The cases by which this version was tested.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The policies as Cedar has them, for tools that speak Cedar.
    #[must_use]
    pub const fn cedar(&self) -> &PolicySet {
        &self.set
    }

    /// The schema as Cedar has it.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = &Policy> {
        self.order.iter().filter_map(|id| self.set.policy(id))
    }

    pub(crate) const fn actions(&self) -> &Entities {
        &self.actions
    }

    pub(crate) fn action_entities(&self) -> Vec<Entity> {
        self.actions.iter().cloned().collect()
    }

    pub(crate) const fn shape(&self) -> Option<&Shape> {
        self.shape.as_ref()
    }

    /// What may do what to what, by types; nothing, if nobody asks.
    pub(crate) fn environments(&self) -> Option<Vec<(String, Uid, String)>> {
        self.shape.as_ref()?;
        let environments = self.schema.request_envs();
        let told = environments.map(|environment| {
            let (principal, resource) = (environment.principal(), environment.resource());
            (
                principal.to_string(),
                Uid::from(environment.action()),
                resource.to_string(),
            )
        });
        Some(told.collect())
    }
}

/// The stack of the thread that reads policies: enough for the deepest that are let through, in a build without
/// optimization too. What is not used of it is not there.
const STACK: usize = 256 * 1024 * 1024;

/// Does it on a thread with room for what nests; here, where there is no thread to be had.
pub(crate) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let (mut work, mut done) = (Some(work), None);
    thread::scope(|scope| {
        let there = || done = work.take().map(|work| work());
        let thread = thread::Builder::new().stack_size(STACK);
        let joined = thread
            .spawn_scoped(scope, there)
            .map(ScopedJoinHandle::join);
        if let Ok(Err(panic)) = joined {
            resume_unwind(panic);
        }
    });
    let done = done.or_else(|| work.map(|work| work()));
    done.unwrap_or_else(|| unreachable!("it was done there or here"))
}

/// All files of a directory that mean something here, by name.
fn sources(directory: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if read::ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path)?;
            sources.push(Source { name, text });
        }
    }
    sources.sort();
    Ok(sources)
}

/// Names and contents, each with its length before it, so that nothing can slide from one into another.
fn digest(sources: &[Source]) -> String {
    let mut sources: Vec<&Source> = sources.iter().collect();
    sources.sort();
    let mut digest = Sha256::new();
    for part in sources
        .iter()
        .flat_map(|source| [&source.name, &source.text])
    {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
