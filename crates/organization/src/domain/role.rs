//! Roles, and their names.

use std::collections::{BTreeMap, BTreeSet};

use access::{LocationId, SystemRole};

use super::Invalid;

/// What an organization can grant to one of its people: to administer them, and the roles on
/// its systems. None implies another; to be an administrator grants nothing on a system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// May change the organization's people, teams and places.
    pub administrator: bool,
    /// Roles on the organization's systems.
    pub system: BTreeSet<SystemRole>,
}

impl Roles {
    /// Each role by its name in a published language, which has one for the administrator's.
    pub fn named<R: From<SystemRole>>(&self, administrator: R) -> impl Iterator<Item = R> {
        let administrator = self.administrator.then_some(administrator);
        let system = self.system.iter().map(|role| R::from(*role));
        administrator.into_iter().chain(system)
    }
}

/// System roles at single locations. A location without any is not listed.
pub type RolesAt = BTreeMap<LocationId, BTreeSet<SystemRole>>;

/// The names of the roles in one kind of organization. Only the administrator's differs.
#[derive(Debug, Clone, Copy)]
pub struct RoleNames {
    /// The name of the administrator's role.
    pub administrator: &'static str,
}

impl RoleNames {
    /// Reads organization roles.
    ///
    /// # Errors
    ///
    /// When one is not a role that this kind of organization can grant. `field[2]` is named.
    pub fn parse(self, field: &str, names: &[String]) -> Result<Roles, Invalid> {
        let mut roles = Roles::default();
        for (index, name) in names.iter().enumerate() {
            if name == self.administrator {
                roles.administrator = true;
            } else {
                roles.system.insert(system_role(field, index, name)?);
            }
        }
        Ok(roles)
    }

    /// The names of these roles.
    #[must_use]
    pub fn of(self, roles: &Roles) -> Vec<&'static str> {
        let administrator = roles.administrator.then_some(self.administrator);
        let system = roles.system.iter().map(|role| role.as_str());
        administrator.into_iter().chain(system).collect()
    }
}

/// Reads system roles, the only ones that can be held at a location.
///
/// # Errors
///
/// When one is not a system role. `field[2]` is named.
pub fn system_roles(field: &str, names: &[String]) -> Result<BTreeSet<SystemRole>, Invalid> {
    let names = names.iter().enumerate();
    names
        .map(|(index, name)| system_role(field, index, name))
        .collect()
}

fn system_role(field: &str, index: usize, name: &str) -> Result<SystemRole, Invalid> {
    SystemRole::from_name(name).ok_or_else(|| {
        Invalid::new(
            format!("{field}[{index}]"),
            "is not a role to be granted here",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: RoleNames = RoleNames {
        administrator: "DEALER_ADMINISTRATOR",
    };

    #[test]
    fn roles_read_back_as_they_were_named() {
        let names = [
            "DEALER_ADMINISTRATOR",
            "SECURITY_SYSTEM_ARMER",
            "SECURITY_SYSTEM_VIEWER",
        ];
        let roles = NAMES.parse("roles", &names.map(str::to_owned)).unwrap();
        assert_eq!(NAMES.of(&roles), names);
        assert_eq!(NAMES.parse("roles", &[]).unwrap(), Roles::default());
    }

    #[test]
    fn only_listed_roles_can_be_granted() {
        let names = ["SECURITY_SYSTEM_ARMER", "CUSTOMER_ADMINISTRATOR"].map(str::to_owned);
        assert_eq!(NAMES.parse("roles", &names).unwrap_err().field, "roles[1]");
        let administrator = [NAMES.administrator.to_owned()];
        assert_eq!(
            system_roles("roles", &administrator).unwrap_err().field,
            "roles[0]"
        );
    }
}
