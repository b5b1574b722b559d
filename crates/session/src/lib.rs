#![doc = include_str!("../README.md")]

mod assume;
mod attempt;
mod base;
mod broker;
mod builder;
mod calls;
mod class;
mod credential_cell;
mod failure;
mod gate;
mod handover;
mod http_client;
mod identity;
mod judge;
mod raw;
mod retry_budgets;
mod role_request;
mod session;
mod throttle;
mod waiting;
mod wire;

pub use aws_credential_types::Credentials;
pub use builder::{SessionBuilder, SessionError};
pub use calls::CallCounts;
pub use class::{Class, Denial};
pub use failure::{Call, Failure};
pub use identity::Identity;
pub use orgwide_limit::RateLimited;
pub use raw::{RawAnswer, RawClient, RawError, RawRequest, Signing};
pub use role_request::RoleRequest;
pub use session::Session;
pub use waiting::OnWait;
