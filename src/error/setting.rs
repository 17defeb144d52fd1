//! Why a setting is rejected.

/// What is wrong with a setting, and how to fix it: `("is empty", "Pass …")`. Neither quotes the setting,
/// which may be secret.
pub type SettingProblem = (&'static str, &'static str);
