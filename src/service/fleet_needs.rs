//! What the methods for many users call for each of them. They are made of the methods for one user.

use crate::auth0::tickets::PASSWORD_CHANGE;
use crate::auth0::{sessions, users};
use crate::service::needs::Needs;

pub(super) static NEEDS: &[Needs] = &[
    Needs {
        method: "bulkRevokeUserSessions",
        routes: &[&users::BY_EMAIL.route, &sessions::DELETE_ALL.route],
    },
    Needs {
        method: "bulkBlockUsers",
        routes: &[&users::READ.route, &users::UPDATE.route],
    },
    Needs {
        method: "bulkGeneratePasswordChangeTickets",
        routes: &[&users::READ.route, &PASSWORD_CHANGE.route],
    },
    Needs {
        method: "generateSecurityAuditReport",
        routes: &[&users::READ.route, &sessions::LIST.route],
    },
    Needs {
        method: "emergencySecurityResponse",
        routes: &[
            &users::READ.route,
            &sessions::LIST.route,
            &sessions::DELETE_ALL.route,
            &PASSWORD_CHANGE.route,
        ],
    },
];
