//! Adds up what audits of single users have found.

use crate::model::{AuditTotals, Audited, EMAIL_PASSWORD, FleetOutcome, FleetResult};

#[derive(Debug, Default)]
pub struct Totals(AuditTotals);

impl Totals {
    /// Users who failed count as users; those who were skipped do not.
    pub fn add(&mut self, result: &FleetResult) {
        if result.skipped.is_some() {
            return;
        }
        self.0.total_users += 1;
        if let FleetOutcome::Audited(audited) = &result.outcome {
            self.add_audited(audited);
        }
    }

    fn add_audited(&mut self, user: &Audited) {
        self.0.total_sessions += count(user.sessions_count);
        self.0.total_auth_methods += count(user.auth_methods_count);
        let statistics = &mut self.0.statistics;
        statistics.users_with_multiple_sessions += u64::from(user.sessions_count > 1);
        statistics.users_with_social_auth += u64::from(user.has_social_auth);
        let has_only_passwords = user.providers.iter().all(|name| name == EMAIL_PASSWORD);
        statistics.users_with_email_password_only += u64::from(has_only_passwords);
        for provider in &user.providers {
            let methods = statistics.most_common_providers.entry(provider.clone());
            *methods.or_default() += 1;
        }
    }

    /// With the averages, which are 0 for no users.
    pub fn finish(mut self) -> AuditTotals {
        let users = self.0.total_users;
        self.0.statistics.average_sessions_per_user = average(self.0.total_sessions, users);
        self.0.statistics.average_auth_methods_per_user = average(self.0.total_auth_methods, users);
        self.0
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "JavaScript divides the same numbers"
)]
fn average(sum: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { sum as f64 / of as f64 }
}
