//! The ways to fail that only customers know.

use chassis::problem::Problem;

use crate::domain::NotReserved;

chassis::problems! {
    /// The caller is nobody's employee.
    pub NOT_A_CUSTOMER_EMPLOYEE = 403 "not-a-customer-employee";
    /// The location is reserved for a system.
    pub LOCATION_RESERVED = 409 "location-reserved";
    /// The location was changed since it was judged.
    pub LOCATION_CHANGED = 409 "location-changed";
    /// The reservation was given back before.
    pub RESERVATION_RELEASED = 409 "reservation-released";
}

impl From<NotReserved> for Problem {
    fn from(reason: NotReserved) -> Self {
        match reason {
            NotReserved::Gone => Self::not_found(),
            NotReserved::Taken => Self::new(&LOCATION_RESERVED),
            NotReserved::Elsewhere => {
                Self::new(&LOCATION_RESERVED).detail("The system has another location.")
            }
            NotReserved::Changed => Self::new(&LOCATION_CHANGED),
            NotReserved::Released => Self::new(&RESERVATION_RELEASED),
        }
    }
}
