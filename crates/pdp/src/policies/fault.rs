//! What is wrong with policies, and where.

use std::fmt;
use std::path::Path;

use miette::Diagnostic;

use super::Source;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In which file.
    pub file: String,
    /// On which line, from 1; nothing, if it is about the file as a whole.
    pub line: Option<usize>,
    /// What.
    pub message: String,
}

/// `disarm.cedar:12: …`, as compilers say it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Everything that is wrong; there is at least one thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Fault::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl Fault {
    pub(super) fn of_file(path: &Path, error: &dyn fmt::Display) -> Self {
        Self {
            file: path.display().to_string(),
            line: None,
            message: error.to_string(),
        }
    }

    /// At a place in a file's text.
    pub(super) fn at(source: &Source, offset: Option<usize>, message: impl Into<String>) -> Self {
        let before = offset.and_then(|offset| source.text.get(..offset));
        Self {
            file: source.name.clone(),
            line: before.map(|before| before.matches('\n').count() + 1),
            message: message.into(),
        }
    }

    /// Where a text stands in a file.
    pub(super) fn near(source: &Source, text: &str, message: impl Into<String>) -> Self {
        Self::at(source, source.text.find(text), message)
    }

    /// What Cedar found, where it says that it is, with its advice.
    pub(super) fn of_cedar(source: &Source, diagnostic: &dyn Diagnostic) -> Self {
        let label = diagnostic.labels().and_then(|mut labels| labels.next());
        let mut message = diagnostic.to_string();
        if let Some(said) = label.as_ref().and_then(|label| label.label()) {
            message = format!("{message}: {said}");
        }
        if let Some(help) = diagnostic.help() {
            message = format!("{message} ({help})");
        }
        Self::at(source, label.map(|label| label.offset()), message)
    }

    /// What is no JSON, or not of the form that is read here.
    pub(super) fn of_json(source: &Source, error: &serde_json::Error) -> Self {
        Self {
            file: source.name.clone(),
            line: Some(error.line()).filter(|line| *line > 0),
            message: error.to_string(),
        }
    }
}
