//! RealGuardIO's look: the colours, sizes and fonts that all pages have, whoever serves them.
//!
//! Two parts draw pages: the user interface in the browser, and iam-service, whose sign-in page must work without
//! script and without anybody else. Neither knows the other. So that a person does not see where one ends and the other
//! begins, both take their palette from here: xtask puts it beside the user interface's other style sheets, iam-service
//! puts it before its own.

/// The palette as a style sheet, custom properties of `:root` for light and for dark; and the colours of the mark.
pub const TOKENS: &str = include_str!("../tokens.css");
