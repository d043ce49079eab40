-- Whom a provider serves: asked for the systems that its people may see.
CREATE INDEX organization_by_appointee ON organization (appointee, id);
