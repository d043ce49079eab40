//! Organizations that a story has founded, and the people in them.

use demo_world::api::{Answer, Api};
use serde_json::{Value, json};
use url::Url;

use super::Story;

/// A customer, a dealer or a monitoring provider, with its administrator signed in.
pub struct Organization<'a> {
    story: &'a Story,
    /// Its id.
    pub id: String,
    /// Its address, ending in a slash.
    pub base: Url,
    /// Its administrator's address.
    pub email: String,
    /// Its administrator.
    pub admin: Api,
}

/// Somebody who is employed, signed in.
pub struct Person {
    /// The employment's id.
    pub id: String,
    /// The address.
    pub email: String,
    /// Calls the services.
    pub api: Api,
}

impl<'a> Organization<'a> {
    pub(super) async fn found(
        story: &'a Story,
        founder: &Api,
        all: Url,
        name: &str,
    ) -> anyhow::Result<Self> {
        let word = name.to_lowercase().replace(' ', "-");
        let email = story.email(&format!("admin-of-{word}"));
        let body =
            json!({ "name": name, "administrator": { "email": email, "name": "Ada Minnow" } });
        let created = founder.create(all.clone(), &body).await?;
        let id = created.text("id")?;
        Ok(Self {
            story,
            base: format!("{all}/{id}/").parse()?,
            id,
            admin: story.follows_the_link(&email).await?,
            email,
        })
    }

    /// Hires somebody with these roles in all of the organization.
    pub async fn hires(&self, name: &str, roles: &[&str]) -> anyhow::Result<Person> {
        let email = self.story.email(name);
        let body = json!({ "email": email, "name": name, "roles": roles });
        let hired = self.admin.create(self.base.join("employees")?, &body);
        let id = hired.await?.text("id")?;
        // Whose employees they are is in their token.
        self.story
            .is_known_to(&self.story.town.addresses.iam)
            .await?;
        let api = self.story.follows_the_link(&email).await?;
        Ok(Person { id, email, api })
    }

    /// Gives a person these roles, in place of those before.
    pub async fn grants(&self, person: &Person, roles: &[&str]) -> anyhow::Result<Answer> {
        let url = self.base.join(&format!("employees/{}/roles", person.id))?;
        self.admin.put(url, None, &json!({ "roles": roles })).await
    }

    /// Lets a person's roles count in these windows alone.
    pub async fn schedules(&self, person: &Person, windows: Value) -> anyhow::Result<Answer> {
        let url = self
            .base
            .join(&format!("employees/{}/schedule", person.id))?;
        let schedule = json!({ "timeZone": "UTC", "windows": windows, "exceptions": [] });
        self.admin.put(url, None, &schedule).await
    }

    /// A location of a customer.
    pub async fn opens(&self, name: &str) -> anyhow::Result<String> {
        let url = self.base.join("locations")?;
        self.admin
            .create(url, &json!({ "name": name }))
            .await?
            .text("id")
    }

    /// Appoints a dealer for a customer's location.
    pub async fn appoints(&self, dealer: &Self, location: &str) -> anyhow::Result<Answer> {
        let url = self.base.join(&format!("locations/{location}/dealer"))?;
        let body = json!({ "dealerId": dealer.id });
        self.admin.put(url, None, &body).await
    }
}
