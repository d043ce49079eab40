//! Whether every strategy says the same.

use security_system_service::authorization::Strategy;
use url::Url;

use super::clerk::Clerk;
use super::opening::Opening;
use crate::house::House;

/// Everybody with an account, to be asked what they may do, knowing of all that was written.
pub struct Jury {
    people: Vec<(String, Clerk)>,
    systems: Url,
}

impl Jury {
    /// Signs everybody in.
    pub async fn summon(house: &House) -> anyhow::Result<Self> {
        let mut people = Vec::new();
        for account in &house.world.accounts {
            let clerk = Opening(house).clerk(&account.email).await?;
            people.push((account.email.clone(), clerk));
        }
        Ok(Self {
            people,
            systems: house.addresses.security_system.join("/securitysystems")?,
        })
    }

    /// Who is answered otherwise by one strategy than by another, and how.
    pub async fn agree(&mut self) -> anyhow::Result<Vec<String>> {
        let mut disagreements = Vec::new();
        for (email, clerk) in &mut self.people {
            let mut answers = Vec::new();
            for strategy in Strategy::LIVE {
                answers.push(clerk.by(strategy).list(&self.systems).await?);
            }
            if answers.windows(2).any(|pair| pair[0] != pair[1]) {
                disagreements.push(format!("{email} is answered {answers:?}"));
            }
        }
        Ok(disagreements)
    }
}
