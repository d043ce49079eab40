-- What every kind of organization has: people and teams, and the roles granted to them.
--
-- Every table repeats organization_id, and every reference is to (organization_id, …): one
-- tenant's row can never point at another's, whatever the program does.

CREATE TABLE organization (
    id        uuid   PRIMARY KEY,
    name      text   NOT NULL,
    -- Whom it appointed, where its kind appoints anybody: a dealer its monitoring provider. Another
    -- service's aggregate, so no reference: a dangling id is a missing one.
    appointee uuid,
    version   bigint NOT NULL DEFAULT 1
);

CREATE TABLE employment (
    id              uuid    PRIMARY KEY,
    organization_id uuid    NOT NULL REFERENCES organization,
    user_id         uuid    NOT NULL,
    name            text    NOT NULL,
    administrator   boolean NOT NULL,
    roles           jsonb   NOT NULL,
    -- NULL: not restricted in time.
    schedule        jsonb,
    version         bigint  NOT NULL DEFAULT 1,

    CONSTRAINT employment_one_per_user UNIQUE (organization_id, user_id),
    UNIQUE (organization_id, id),
    CHECK (roles <@ '["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER", "SECURITY_SYSTEM_VIEWER"]')
);

CREATE INDEX employment_by_user ON employment (user_id, id);

CREATE TABLE employment_location (
    organization_id uuid  NOT NULL,
    employee_id     uuid  NOT NULL,
    location_id     uuid  NOT NULL,
    roles           jsonb NOT NULL,

    PRIMARY KEY (employee_id, location_id),
    FOREIGN KEY (organization_id, employee_id) REFERENCES employment (organization_id, id) ON DELETE CASCADE,
    CHECK (roles <@ '["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER", "SECURITY_SYSTEM_VIEWER"]'),
    CHECK (roles <> '[]')
);

CREATE INDEX employment_location_by_location ON employment_location (location_id);

CREATE TABLE team (
    id              uuid   PRIMARY KEY,
    organization_id uuid   NOT NULL REFERENCES organization,
    name            text   NOT NULL,
    version         bigint NOT NULL DEFAULT 1,

    UNIQUE (organization_id, id)
);

CREATE TABLE team_member (
    organization_id uuid NOT NULL,
    team_id         uuid NOT NULL,
    employee_id     uuid NOT NULL,

    PRIMARY KEY (team_id, employee_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, employee_id) REFERENCES employment (organization_id, id) ON DELETE CASCADE
);

CREATE INDEX team_member_by_employee ON team_member (employee_id);

CREATE TABLE team_location (
    organization_id uuid  NOT NULL,
    team_id         uuid  NOT NULL,
    location_id     uuid  NOT NULL,
    roles           jsonb NOT NULL,

    PRIMARY KEY (team_id, location_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id) ON DELETE CASCADE,
    CHECK (roles <@ '["SECURITY_SYSTEM_ARMER", "SECURITY_SYSTEM_DISARMER", "SECURITY_SYSTEM_VIEWER"]'),
    CHECK (roles <> '[]')
);

CREATE INDEX team_location_by_location ON team_location (location_id);
