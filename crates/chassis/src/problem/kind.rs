//! Types of problems: pages of documentation with a status.

use ::http::StatusCode;

/// Where problem types live; a type's address is this and its slug.
pub const TYPE_BASE: &str = "https://realguardio.example/problems/";

/// The beginning of every page; its digits stand for the status.
const HEADING: &str = "# 404 ";

/// A documented way to fail. Made by [`problems!`](crate::problems).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// When compiled with a page that does not begin with this status and a title.
    #[must_use]
    pub const fn new(slug: &'static str, status: u16, document: &'static str) -> Self {
        assert!(
            matches!(status_on(document), Some(stated) if stated == status),
            "a problem's page begins with its status and its title: `# 404 There is no such thing`"
        );
        Self {
            slug,
            status,
            document,
        }
    }

    /// A type of which only the page is known; none, if that is no page of a problem.
    #[must_use]
    pub fn documented(slug: &'static str, document: &'static str) -> Option<Self> {
        status_on(document).map(|status| Self {
            slug,
            status,
            document,
        })
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

    /// Its title: what the first heading of its page says behind the status.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let heading = self.document.lines().next().unwrap_or_default();
        heading.get(HEADING.len()..).unwrap_or_default()
    }

    /// What its page says below that.
    #[must_use]
    pub fn text(&self) -> &'static str {
        let rest = self.document.split_once('\n');
        rest.map_or("", |(_, text)| text)
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

/// The status with which a page begins, if it does and that is the status of an error.
const fn status_on(document: &str) -> Option<u16> {
    let [
        b'#',
        b' ',
        hundreds @ b'4'..=b'5',
        tens @ b'0'..=b'9',
        ones @ b'0'..=b'9',
        b' ',
        _,
        ..,
    ] = document.as_bytes()
    else {
        return None;
    };
    let (hundreds, tens, ones) = (*hundreds - b'0', *tens - b'0', *ones - b'0');
    // `From` is not const.
    Some(hundreds as u16 * 100 + tens as u16 * 10 + ones as u16)
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
        pub static PROBLEMS: &[$crate::problem::ProblemType] = &[ $( $name ),+ ];
    };
    ( $( $(#[$meta:meta])* $vis:vis $name:ident = $status:literal $slug:literal; )+ ) => {
        $crate::problems! { in "../docs/problems"; $( $(#[$meta])* $vis $name = $status $slug; )+ }
    };
}
