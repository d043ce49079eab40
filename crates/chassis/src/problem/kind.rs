//! Types of problems: pages of documentation with a status.

use ::http::StatusCode;

/// Where problem types live; a type's address is this and its slug.
pub const TYPE_BASE: &str = "https://realguardio.example/problems/";

/// A documented way to fail. Made by [`problems!`](crate::problems).
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemType {
    slug: &'static str,
    status: u16,
    document: &'static str,
}

impl ProblemType {
    /// A type from its page.
    ///
    /// # Panics
    ///
    /// When compiled with a status that is no error, or a page that does not begin with a heading.
    #[must_use]
    pub const fn new(slug: &'static str, status: u16, document: &'static str) -> Self {
        assert!(
            status >= 400 && status < 600,
            "a problem has an error status"
        );
        let text = document.as_bytes();
        assert!(
            text.len() > 2 && text[0] == b'#' && text[1] == b' ',
            "a problem's page begins with its title"
        );
        Self {
            slug,
            status,
            document,
        }
    }

    /// Its name in addresses.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        self.slug
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Its title: the first heading of its page.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.document
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("# ")
    }

    /// Its page, in Markdown.
    #[must_use]
    pub const fn document(&self) -> &'static str {
        self.document
    }

    /// The address that identifies it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{TYPE_BASE}{}", self.slug)
    }
}

/// Declares problem types, each with its page in `docs/problems`, and `PROBLEMS`, the list of them.
///
/// Services lie beside `docs`; a crate deeper down says where it is: `in "../../docs/problems";`.
#[macro_export]
macro_rules! problems {
    ( in $folder:literal; $( $(#[$meta:meta])* $vis:vis $name:ident = $status:literal $slug:literal; )+ ) => {
        $(
            $(#[$meta])*
            $vis static $name: $crate::problem::ProblemType = $crate::problem::ProblemType::new(
                $slug,
                $status,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $slug, ".md")),
            );
        )+

        /// All problem types declared here.
        pub static PROBLEMS: &[&$crate::problem::ProblemType] = &[ $( &$name ),+ ];
    };
    ( $( $(#[$meta:meta])* $vis:vis $name:ident = $status:literal $slug:literal; )+ ) => {
        $crate::problems! { in "../docs/problems"; $( $(#[$meta])* $vis $name = $status $slug; )+ }
    };
}
