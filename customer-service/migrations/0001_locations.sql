-- What only customers have: locations, and their people's profiles.

CREATE TABLE location (
    id          uuid   PRIMARY KEY,
    customer_id uuid   NOT NULL REFERENCES organization,
    name        text   NOT NULL,
    -- The appointed dealer. Another service's aggregate, so no reference: a dangling id is a missing dealer.
    dealer_id   uuid,
    -- The system that this location is reserved for. One system per location, one location per system.
    reserved_by uuid   UNIQUE,
    version     bigint NOT NULL DEFAULT 1,

    UNIQUE (customer_id, id)
);

-- Where a dealer serves: asked for the systems that its people may see.
CREATE INDEX location_by_dealer ON location (dealer_id, id);

-- A role at a location counts through the customer that owns it, so it can be held nowhere else.
ALTER TABLE employment_location
    ADD CONSTRAINT employment_location_own
    FOREIGN KEY (organization_id, location_id) REFERENCES location (customer_id, id) ON DELETE CASCADE;

ALTER TABLE team_location
    ADD CONSTRAINT team_location_own
    FOREIGN KEY (organization_id, location_id) REFERENCES location (customer_id, id) ON DELETE CASCADE;

-- Systems whose reservation was given back. A reserve that arrives after its release, late or
-- repeated, finds its system here and is refused for good.
CREATE TABLE released_system (
    system_id uuid PRIMARY KEY
);

CREATE TABLE profile (
    user_id uuid   PRIMARY KEY,
    name    text   NOT NULL,
    phone   text,
    version bigint NOT NULL
);
