//! What the routes of one kind of organization are called, and how it is shown.

use chassis::problem::ProblemType;
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{OpenApi, RefOr, Required};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::Organization;

/// How a kind of organization is called in paths and documents.
pub struct Names {
    /// Below which path they are: `/customers`.
    pub path: &'static str,
    /// What the path of one of them calls it: `customerId`.
    pub parameter: &'static str,
    /// The tag of the operations on organizations themselves: `customers`.
    pub tag: &'static str,
    /// The ids of these operations.
    pub operations: Operations,
    /// How one of them is shown.
    pub body: Body,
    /// What those are told who may not create one.
    pub not_a_founder: &'static ProblemType,
}

/// The ids of the operations on organizations themselves.
pub struct Operations {
    /// Of those that the caller works for.
    pub list: &'static str,
    /// With the first employee.
    pub create: &'static str,
    /// One.
    pub get: &'static str,
    /// Another name.
    pub rename: &'static str,
    /// An empty one.
    pub remove: &'static str,
}

/// How one organization is shown: as a type of the service's own, which its document describes.
pub struct Body {
    of: fn(Organization) -> OrganizationBody,
    schema: fn() -> RefOr<Schema>,
}

impl Body {
    /// As a `B`.
    #[must_use]
    pub const fn of<B: From<Organization> + Serialize + PartialSchema>() -> Self {
        Self {
            of: |it| OrganizationBody(serde_json::to_value(B::from(it)).unwrap_or_default()),
            schema: B::schema,
        }
    }
}

/// An organization, as its kind shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganizationBody(Value);

impl Names {
    /// Shows an organization.
    #[must_use]
    pub fn body(&self, organization: Organization) -> OrganizationBody {
        (self.body.of)(organization)
    }

    /// The path of one of them: `/customers/{customerId}`.
    pub(super) fn path_of_one(&self) -> String {
        format!("{}/{{{}}}", self.path, self.parameter)
    }

    /// Gives the operations on organizations themselves the names of this kind.
    pub(super) fn describe(&self, openapi: &mut OpenApi) {
        for operation in openapi.paths.paths.values_mut().flat_map(operations) {
            if operation.tags.as_deref() == Some(&["organizations".to_owned()]) {
                operation.tags = Some(vec![self.tag.to_owned()]);
                operation.operation_id = self.operation(operation).map(str::to_owned);
            }
        }
        if let Some(components) = &mut openapi.components {
            let name = OrganizationBody::name().into_owned();
            components.schemas.insert(name, (self.body.schema)());
        }
    }

    fn operation(&self, operation: &Operation) -> Option<&'static str> {
        Some(match operation.operation_id.as_deref()? {
            "list" => self.operations.list,
            "create" => self.operations.create,
            "get" => self.operations.get,
            "rename" => self.operations.rename,
            "remove" => self.operations.remove,
            _ => return None,
        })
    }

    /// Documents the parameter in the path that the routes were nested below.
    pub(super) fn describe_parameter(&self, openapi: &mut OpenApi) {
        let uuid = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        let id = ParameterBuilder::new()
            .name(self.parameter)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(uuid))
            .build();
        for operation in openapi.paths.paths.values_mut().flat_map(operations) {
            let parameters = operation.parameters.get_or_insert_default();
            parameters.insert(0, id.clone().into());
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}
